// Circuits with keys: whole encrypted evaluations in one call.
#pragma once

#include <utility>

#include "compile/assemble.hpp"
#include "infer/infer.hpp"
#include "support/kernels.hpp"
#include "support/lowered.hpp"
#include "tfhe/parameter_sets.hpp"

namespace basalt::testing {

inline circuit::Circuit circuit(const compile::Lowered& lowered, const tfhe::ParameterSpec& spec) {
  circuit::Circuit out;
  out.encoded = compile::assemble(lowered, "test", Digest{}).encoded;
  out.parameters = tfhe::Parameters(spec);
  return out;
}

/// A legal set without bootstrap: linear circuits only.
inline tfhe::ParameterSpec linear_spec(std::size_t N = 2048) {
  return {.lwe_dimension = 0,
          .glwe_dimension = 1,
          .polynomial_size = N,
          .bootstrap = {},
          .keyswitch = {},
          .lwe_noise = 0.0,
          .glwe_noise = 0x1p-48,
          .noise_kind = tfhe::NoiseKind::gaussian,
          .group = 1};
}

/// Both sides of an encrypted evaluation.
struct Encrypted {
  explicit Encrypted(circuit::Circuit what,
                     const torus::Kernels& kernels = testing_support::chosen_kernels(),
                     std::size_t threads = 1)
      : circuit(std::move(what)),
        team(threads),
        client(tfhe::generate_client_key(circuit.parameters)),
        key(tfhe::generate_evaluation_key(client, team), kernels, team),
        engine{kernels, team} {}

  /// Rows of integers, encrypted, scored and decrypted. The features must be the integers.
  Matrix<ir::Integer> run(const Matrix<ir::Integer>& inputs) {
    const infer::EncryptedBatch batch =
        infer::encrypt(circuit, client, inputs.cast<double>(), engine.kernels);
    return infer::decrypt(circuit, client,
                          infer::score(circuit, key, batch, 0, batch.rows, engine));
  }

  circuit::Circuit circuit;
  ThreadTeam team;
  tfhe::ClientKey client;
  tfhe::EvaluationKey key;
  infer::Engine engine;
};

}  // namespace basalt::testing
