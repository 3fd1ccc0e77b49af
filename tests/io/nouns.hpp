// One small real thing of each noun, for the tests of stores.
#pragma once

#include "circuit/circuit.hpp"
#include "infer/infer.hpp"
#include "learn/data/generate.hpp"
#include "learn/estimator/train.hpp"
#include "support/encrypted.hpp"
#include "tfhe/evaluation_key.hpp"

namespace basalt::io {

inline learn::Dataset toy_dataset() {
  learn::Dataset data = learn::generate("classification", 60, RandomStream(Seed{5}));
  data.image = learn::ImageShape{4, 5, 1};
  return data;
}

inline learn::Model toy_model(const std::string& estimator = "LogisticRegression") {
  const learn::Estimator& chosen = learn::estimator_named(estimator);
  Settings settings;
  if (estimator.starts_with("NeuralNet")) {
    settings.set(chosen.rules, "max_epochs", std::int64_t{2});
  }
  if (estimator == "QuantCNN") {
    settings.set(chosen.rules, "layers", std::vector<std::string>{"conv2d(2, 2)", "maxpool2d(2)"});
    settings.set(chosen.rules, "input_shape", std::vector<std::int64_t>{4, 5});
    settings.set(chosen.rules, "max_epochs", std::int64_t{2});
  }
  const std::string kind = chosen.task == learn::Task::regression ? "regression" : "classification";
  return learn::train(chosen, settings, learn::generate(kind, 60, RandomStream(Seed{5})), true,
                      RandomStream(Seed{6}));
}

/// A net of wrapping neurons with real parameters.
inline circuit::Circuit toy_solution() {
  circuit::Circuit circuit =
      testing::circuit(testing::lowered(testing::wrap_graph({}, RandomStream(Seed{7}))),
                       tfhe::parameter_set_named("v1_4_2m128_gaussian_2_2").spec);
  circuit.p_error = 0x1p-41;
  circuit.readout = "whole";
  circuit.encoded.model_id.bytes.fill(3);
  return circuit;
}

/// The same net with a hidden layer more and a set for each.
inline circuit::Circuit toy_chain_solution() {
  const tfhe::ParameterSpec spec = tfhe::parameter_set_named("v1_4_2m128_gaussian_2_2").spec;
  circuit::Circuit circuit = testing::circuit(
      testing::lowered(testing::padded_graph({.layers = 2, .bits = 2}, RandomStream(Seed{7}))),
      spec);
  circuit.parameters = tfhe::chain_of({spec, spec});
  return circuit;
}

/// Toy parameters: far from secure, fast.
inline tfhe::Parameters toy_parameters() {
  return tfhe::Parameters({.lwe_dimension = 12,
                           .glwe_dimension = 1,
                           .polynomial_size = 512,
                           .bootstrap = {.base_log = 12, .levels = 2},
                           .keyswitch = {.base_log = 4, .levels = 5},
                           .lwe_noise = 0x1p-25,
                           .glwe_noise = 0x1p-50,
                           .noise_kind = tfhe::NoiseKind::gaussian,
                           .group = 1});
}

inline tfhe::ParameterChain toy_chain() {
  tfhe::ParameterSpec second = toy_parameters().spec();
  second.lwe_dimension = 10;
  second.polynomial_size = 256;
  return tfhe::chain_of({toy_parameters().spec(), second, second});
}

inline tfhe::ClientKey toy_client_key() {
  return tfhe::generate_client_key(toy_parameters());
}

inline tfhe::SeededEvaluationKey toy_evaluation_key() {
  ThreadTeam team(1);
  return tfhe::generate_evaluation_key(toy_client_key(), team);
}

inline Digest toy_id(std::uint8_t byte) {
  Digest id;
  id.bytes.fill(byte);
  return id;
}

/// Words that cannot be mistaken for one another.
inline std::vector<tfhe::Torus> toy_words(std::size_t count, std::uint64_t seed) {
  RandomStream random{Seed{seed}};
  std::vector<tfhe::Torus> words(count);
  for (tfhe::Torus& word : words) word = random.next();
  return words;
}

inline infer::EncryptedBatch toy_batch() {
  return {.circuit_id = toy_id(1),
          .client_key_id = toy_id(2),
          .seed = SecureRandom::mask_seed(),
          .first_stream = 40,
          .rows = 7,
          .inputs = 600,
          .bodies = toy_words(7 * 600, 1)};
}

inline infer::EncryptedScores toy_scores(std::size_t first_row = 0, std::size_t rows = 4) {
  const std::vector<tfhe::Torus> words = toy_words(rows * 3 * 513, first_row + 1);
  return {.circuit_id = toy_id(1),
          .client_key_id = toy_id(2),
          .batch_id = toy_id(3),
          .first_row = first_row,
          .rows = rows,
          .outputs = 3,
          .dimension = 512,
          .words = {words.begin(), words.end()}};
}

}  // namespace basalt::io
