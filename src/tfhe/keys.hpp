// The client's secret keys and the server's evaluation keys.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/digest.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "tfhe/lwe.hpp"
#include "tfhe/parameters.hpp"
#include "torus/kernels.hpp"

namespace basalt::tfhe {

/// Secret keys: the small LWE key (n bits) and the GLWE key (k polynomials of N bits), which read
/// as one LWE key of k*N bits is the big key. A chain of parameter sets has a pair per set, drawn
/// independently. Movable, not copyable; never serialised to messages.
class ClientKey {
 public:
  /// Errors: mismatch if a size or the number of further pairs does not fit the parameters.
  ClientKey(const Parameters& parameters, SecretVector<std::uint64_t> lwe,
            SecretVector<std::uint64_t> glwe, const Digest& id,
            std::vector<ClientKey> further = {});

  const Parameters& parameters() const noexcept { return parameters_; }
  /// Bits, one per word. Shape: [n].
  std::span<const std::uint64_t> lwe() const noexcept { return {lwe_.data(), lwe_.size()}; }
  /// Bits, one per word. Shape: [k x N].
  std::span<const std::uint64_t> glwe() const noexcept { return {glwe_.data(), glwe_.size()}; }
  /// A random name that tells nothing about the secret.
  const Digest& id() const noexcept { return id_; }
  /// The keys of set `i` of the parameters; all other members speak of set 0.
  const ClientKey& set(std::size_t i) const { return i == 0 ? *this : further_.at(i - 1); }

 private:
  Parameters parameters_;
  SecretVector<std::uint64_t> lwe_, glwe_;
  Digest id_;
  std::vector<ClientKey> further_;
};

/// Draws all keys from the operating system's generator.
ClientKey generate_client_key(const Parameters& parameters);

/// Evaluation key as it is stored and sent: bodies only, masks by a public seed.
///
/// Shape: keyswitch_bodies [source bits x ks levels] (level 1, the most significant, first), the
///        source being the big key, or that of the set before in a chain;
///        bootstrap_bodies [groups x rows of a group x N], a group being n / group steps, each of
///        (2^group - 1) GGSW of levels * (k+1) rows.
/// Parameters without bootstrap have empty bodies.
struct SeededEvaluationKey {
  Parameters parameters;  ///< Of all sets; those of `further` of one set each.
  Digest client_key_id;
  MaskSeed keyswitch_seed{}, bootstrap_seed{};
  std::vector<Torus> keyswitch_bodies;
  std::vector<Torus> bootstrap_bodies;
  std::vector<SeededEvaluationKey> further{};  ///< One per set after set 0.
  Digest id() const;
};

/// Encrypts each set's small key under its GLWE key, and under the small key the big key that its
/// key switch comes from.
SeededEvaluationKey generate_evaluation_key(const ClientKey& client, ThreadTeam& team);

class KeyswitchKey;
struct KeyMemory;

/// What is known of a key without its bodies.
struct EvaluationKeyHeader {
  Parameters parameters;
  Digest id;  ///< Of the seeded key.
  Digest client_key_id;
};

/// Evaluation key as the kernels use it: expanded, transformed, laid out for one kernel set.
/// Immutable, shared by threads.
class EvaluationKey {
 public:
  /// Expands `seeded` for `kernels`. Cost: about the size of the expanded key in memory.
  EvaluationKey(const SeededEvaluationKey& seeded, const torus::Kernels& kernels, ThreadTeam& team);
  /// The same in given memory, see key_memory.hpp. Errors: mismatch if it is too small.
  EvaluationKey(const SeededEvaluationKey& seeded, const torus::Kernels& kernels, ThreadTeam& team,
                KeyMemory memory);
  /// A key that was expanded for `kernels` in `memory` before, by whomever; it is only read.
  EvaluationKey(const EvaluationKeyHeader& header, const torus::Kernels& kernels, KeyMemory memory);
  ~EvaluationKey();
  EvaluationKey(EvaluationKey&&) noexcept;

  const Parameters& parameters() const noexcept;
  const Digest& id() const noexcept;  ///< The id of the seeded key, with all its sets.
  const Digest& client_key_id() const noexcept;
  const torus::Kernels& kernels() const noexcept;
  Bytes memory() const noexcept;
  /// Errors: mismatch if the parameters have no bootstrap.
  const KeyswitchKey& keyswitch_key() const;
  /// The keys of set `i` of the parameters; memory() counts all sets, the others set 0.
  const EvaluationKey& set(std::size_t i) const;

  struct Layout;  ///< Expanded keys, private to the floor.
  const Layout& layout() const noexcept { return *layout_; }

 private:
  explicit EvaluationKey(std::unique_ptr<Layout> layout);
  void expand(const SeededEvaluationKey& seeded, ThreadTeam& team);
  std::unique_ptr<Layout> layout_;
};

}  // namespace basalt::tfhe
