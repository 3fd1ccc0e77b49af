// Small keys for tests: far from secure, fast to make.
#pragma once

#include <algorithm>

#include "support/kernels.hpp"
#include "tfhe/bootstrap.hpp"
#include "tfhe/evaluation_key.hpp"
#include "tfhe/glwe.hpp"
#include "tfhe/glwe_encryptor.hpp"
#include "tfhe/keyswitch.hpp"
#include "torus/torus.hpp"

namespace basalt::tfhe {

/// A toy set: a short small key, little noise.
inline ParameterSpec toy_spec(std::size_t n, std::size_t k, std::size_t N, Decomposition bootstrap,
                              Decomposition keyswitch = {.base_log = 4, .levels = 5}) {
  return {.lwe_dimension = n,
          .glwe_dimension = k,
          .polynomial_size = N,
          .bootstrap = bootstrap,
          .keyswitch = keyswitch,
          .lwe_noise = 0x1p-25,
          .glwe_noise = 0x1p-50,
          .noise_kind = NoiseKind::gaussian,
          .group = 1};
}

/// Keys for one kernel set.
struct Toy {
  explicit Toy(const ParameterSpec& spec,
               const torus::Kernels& kernels = testing_support::chosen_kernels())
      : Toy(ParameterChain(Parameters(spec)), kernels) {}
  explicit Toy(const ParameterChain& parameters,
               const torus::Kernels& kernels = testing_support::chosen_kernels())
      : client(generate_client_key(parameters)),
        seeded(generate_evaluation_key(client, team)),
        key(seeded, kernels, team) {}

  /// Those of the first stage.
  const SecretStageKeys& secret() const { return client.stage(0); }
  const StageKeys& keys() const { return key.stage(0); }

  ThreadTeam team{1};
  ClientKey client;
  SeededEvaluationKey seeded;
  EvaluationKey key;
};

/// Fresh ciphertexts under the big key, one mask stream each.
inline LweBatch encrypt_batch(const SecretStageKeys& client, std::span<const Torus> messages) {
  const Parameters& parameters = client.parameters();
  SecureRandom random;
  const GlweEncryptor encryptor(client, testing_support::chosen_kernels());
  const MaskSeed seed = SecureRandom::mask_seed();
  LweBatch batch(messages.size(), parameters.big_dimension());
  std::vector<Torus> masks(parameters.big_dimension());
  for (std::size_t first = 0; first < messages.size(); first += parameters.N()) {
    const auto part = messages.subspan(first, std::min(parameters.N(), messages.size() - first));
    std::vector<Torus> bodies(part.begin(), part.end());
    encryptor.encrypt(seed, first, random, bodies);
    expand_masks(parameters, seed, first, masks);
    for (std::size_t j = 0; j < part.size(); ++j) {
      sample_extract(masks, bodies[j], parameters.k(), parameters.N(), j, batch[first + j]);
    }
  }
  return batch;
}

/// The message of `bits` bits under one padding bit that is nearest to a phase.
inline Torus decode(Torus phase, int bits) {
  const int shift = 63 - bits;
  return (phase + (Torus{1} << (shift - 1))) >> shift;
}

}  // namespace basalt::tfhe
