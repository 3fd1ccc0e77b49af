// The client's secret keys.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/digest.hpp"
#include "base/secret.hpp"
#include "tfhe/parameter_chain.hpp"

namespace basalt::tfhe {

/// Secret keys of one stage: the small LWE key (n bits) and the GLWE key (k polynomials of N bits),
/// which read as one LWE key of k*N bits is the big key. Movable, not copyable; never serialised to
/// messages.
class SecretStageKeys {
 public:
  /// Errors: mismatch if a size does not fit the parameters; corrupt if a word is not a bit.
  SecretStageKeys(const Parameters& parameters, SecretVector<std::uint64_t> lwe,
                  SecretVector<std::uint64_t> glwe);

  const Parameters& parameters() const noexcept { return parameters_; }
  /// Bits, one per word. Shape: [n].
  std::span<const std::uint64_t> lwe() const noexcept { return {lwe_.data(), lwe_.size()}; }
  /// Bits, one per word. Shape: [k x N].
  std::span<const std::uint64_t> glwe() const noexcept { return {glwe_.data(), glwe_.size()}; }

 private:
  Parameters parameters_;
  SecretVector<std::uint64_t> lwe_, glwe_;
};

/// The client's keys: a pair per stage, drawn independently. Inputs are encrypted under those of
/// stage 0. Movable, not copyable; never serialised to messages.
class ClientKey {
 public:
  /// Errors: invalid_argument unless the parameters of the stages are a chain.
  ClientKey(std::vector<SecretStageKeys> stages, const Digest& id);

  const ParameterChain& parameters() const noexcept { return parameters_; }
  std::size_t stage_count() const noexcept { return stages_.size(); }
  const SecretStageKeys& stage(std::size_t i) const { return stages_.at(i); }
  /// A random name that reveals nothing about the secret.
  const Digest& id() const noexcept { return id_; }

 private:
  std::vector<SecretStageKeys> stages_;
  ParameterChain parameters_;
  Digest id_;
};

/// Draws all keys from the operating system's generator.
ClientKey generate_client_key(const ParameterChain& parameters);

}  // namespace basalt::tfhe
