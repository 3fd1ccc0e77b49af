// Encrypted scores against the clear integers, under 128-bit parameters.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "compile/candidates.hpp"
#include "support/encrypted.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"

namespace basalt::infer::score_test {
namespace {

using ir::Integer;
using testing::Encrypted;

tfhe::ParameterSpec set(const char* name) {
  return tfhe::parameter_set_named(name).spec;
}

/// The candidate of that name with the smallest sums.
compile::Lowered readout(const ir::Graph& graph, const std::string& which) {
  std::optional<compile::Lowered> found;
  for (const compile::Candidate& candidate : compile::readout_candidates(testing::lowered(graph))) {
    if (candidate.readout == which) found = candidate.lowered;
  }
  return found.value();
}

/// Encrypts random rows and compares every output with the clear circuit.
void expect_exact(Encrypted& both, Eigen::Index rows, RandomStream random) {
  const ir::Graph& graph = both.circuit.encoded.graph;
  const auto inputs = testing::random_inputs(rows, std::get<ir::Input>(graph.nodes[0].op), random);
  EXPECT_EQ(both.run(inputs), evaluate(graph, inputs));
}

TEST(Score, OfAWrapNetWithItsWholeReadOutIsExact) {
  RandomStream random{Seed{20}};
  Encrypted both(testing::circuit(
      testing::lowered(testing::wrap_graph({.inputs = 64, .hidden = 16}, random.child("graph"))),
      set("wrap_a2")));
  expect_exact(both, 4, random);
}

TEST(Score, OfHiddenValuesIsExactOnEveryKernel) {
  RandomStream random{Seed{21}};
  const ir::Graph graph =
      testing::wrap_graph({.inputs = 20, .hidden = 6, .bits = 3}, random.child("graph"));
  const compile::Lowered hidden = readout(graph, "hidden");
  for (const torus::Kernels* kernels : testing_support::kernel_sets()) {
    SCOPED_TRACE(name_of(*kernels));
    Encrypted both(testing::circuit(hidden, set("wrap_e1")), *kernels);
    expect_exact(both, 2, random.child(name_of(*kernels)));
  }
}

TEST(Score, OfPartialSumsCombinesToTheModel) {
  RandomStream random{Seed{22}};
  const ir::Graph graph = testing::wrap_graph({.inputs = 20, .hidden = 16, .outputs = 1, .bits = 4},
                                              random.child("graph"));
  const compile::Lowered split = readout(graph, "split");
  Encrypted both(testing::circuit(split, set("wrap_a1")));
  const auto inputs = testing::random_inputs(3, {20, 0, 3}, random);

  const Matrix<Integer> raw = both.run(inputs);

  const Matrix<Integer> expected = evaluate(graph, inputs);
  for (Eigen::Index row = 0; row < 3; ++row) {
    const std::span<const Integer> integers(raw.row(row).data(),
                                            static_cast<std::size_t>(raw.cols()));
    EXPECT_EQ(combined(split.postprocessing, integers).at(0), expected(row, 0));
  }
}

TEST(Score, OfTablesThatShareRotationsIsExact) {
  RandomStream random{Seed{28}};
  const ir::Graph graph = testing::repeated_graph(3, 5, 2, random.child("graph"));
  auto found = compile::compile(testing::lowered(graph), "random", Digest{}, {});
  Encrypted both(std::get<circuit::Circuit>(std::move(found)));
  ASSERT_LT(circuit::bootstraps_per_row(both.circuit), 15u);

  expect_exact(both, 4, random);
}

TEST(Score, RoundsItsWordsAsTheCircuitSays) {
  RandomStream random{Seed{29}};
  const ir::Graph graph = testing::wrap_graph({.inputs = 20, .hidden = 6, .bits = 3}, random);
  Encrypted both(testing::circuit(readout(graph, "hidden"), set("wrap_e1")));
  both.circuit.score_word_bits = 16;
  const auto inputs = testing::random_inputs(3, {20, 0, 3}, random);
  const EncryptedBatch batch = encrypt(both.circuit, both.client, inputs.cast<double>());

  const EncryptedScores scores = score(both.circuit, both.key, batch, 0, 3, both.engine);

  EXPECT_EQ(scores.word_bits, 16);
  EXPECT_TRUE(std::ranges::all_of(scores.words, [](tfhe::Torus w) { return w << 16 == 0; }));
  EXPECT_EQ(decrypt(both.circuit, both.client, scores),
            evaluate(both.circuit.encoded.graph, inputs));
}

/// A layer of 5 bits before one of 3 bits.
circuit::Circuit wide_then_narrow(RandomStream random) {
  const ir::Graph graph = testing::padded_graph(
      {.inputs = 40, .hidden = 5, .layers = 2, .activation_high = 1, .bits_of_layer = {5, 3}},
      random);
  auto found = compile::compile(testing::lowered(graph), "random", Digest{}, {});
  return std::get<circuit::Circuit>(std::move(found));
}

TEST(Score, OfACircuitWithASetPerStageIsExact) {
  RandomStream random{Seed{26}};
  Encrypted both(wide_then_narrow(random.child("graph")));
  ASSERT_EQ(both.circuit.parameters.stage_count(), 2U);
  EXPECT_NE(both.circuit.parameters.stage(0).N(), both.circuit.parameters.stage(1).N());

  expect_exact(both, 3, random);
}

TEST(Score, OfACircuitWithASetPerStageIsExactOnOtherReadOuts) {
  RandomStream random{Seed{27}};
  const circuit::Circuit chain = wide_then_narrow(random.child("graph"));
  // A second output, of the first stage's values, lies under another key than the first.
  ir::Graph graph = chain.encoded.graph;
  graph.nodes.push_back({"first values", ir::Output{2}});
  circuit::Circuit both_outputs =
      testing::circuit(testing::lowered(graph), chain.parameters.stage(0).spec());
  both_outputs.parameters = chain.parameters;
  Encrypted both(std::move(both_outputs));

  expect_exact(both, 2, random);
}

TEST(Score, OfCompiledRandomNetsCombinesToTheModel) {
  const circuit::Target targets[] = {
      {}, {.global_p_error = 0x1p-30}, {.p_error = 0x1p-64}, {.p_error = 0x1p-32, .security = 192}};
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    RandomStream random{Seed{100 + seed}};
    const circuit::Target& target = targets[seed];
    const ir::Graph graph =
        seed % 2 == 0
            ? testing::wrap_graph({.hidden = 6, .outputs = 1 + seed}, random.child("graph"))
            : testing::padded_graph({.hidden = 4, .outputs = seed, .layers = 2, .bits = 3},
                                    random.child("graph"));
    auto found = compile::compile(testing::lowered(graph), "random", Digest{}, target);
    ASSERT_TRUE(std::holds_alternative<circuit::Circuit>(found));
    Encrypted both(std::get<circuit::Circuit>(std::move(found)));
    EXPECT_LE(both.circuit.p_error, target.p_error);
    if (target.global_p_error > 0.0) {
      EXPECT_LE(both.circuit.global_p_error, target.global_p_error);
    }
    EXPECT_GE(both.circuit.security_bits, target.security);
    ASSERT_LT(both.circuit.global_p_error, 1e-8);  // so that a wrong row is no accident
    const auto inputs = testing::random_inputs(2, std::get<ir::Input>(graph.nodes[0].op), random);

    const Matrix<Integer> raw = both.run(inputs);

    const Matrix<Integer> expected = evaluate(graph, inputs);
    for (Eigen::Index row = 0; row < raw.rows(); ++row) {
      const std::vector<Integer> sums =
          combined(both.circuit.encoded.postprocessing,
                   {raw.row(row).data(), static_cast<std::size_t>(raw.cols())});
      for (std::size_t i = 0; i < sums.size(); ++i) {
        EXPECT_EQ(sums[i], expected(row, static_cast<Eigen::Index>(i)))
            << seed << " " << both.circuit.readout;
      }
    }
  }
}

TEST(Score, OfTwoPaddedLayersIsExact) {
  RandomStream random{Seed{23}};
  Encrypted both(testing::circuit(
      testing::lowered(testing::padded_graph({.hidden = 8, .layers = 2}, random.child("graph"))),
      set("v1_4_2m128_gaussian_2_2")));
  expect_exact(both, 3, random);
}

TEST(Score, ReadsInputsByTablesAndSendsThemToo) {
  // A comparison per input, as trees make them, and the inputs themselves as outputs.
  ir::Lookup larger{.input = 0,
                    .bits = {3},
                    .wraps = false,
                    .offset = -2,
                    .truncated_bits = {0},
                    .tables = Matrix<Integer>(2, 8),
                    .table_of = {1, 0, 1}};
  larger.tables << 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1;
  const ir::Graph graph{
      {{"x", ir::Input{3, -2, 5}}, {"larger", larger}, {"y", ir::Output{1}}, {"z", ir::Output{0}}}};
  compile::Lowered lowered = testing::lowered(graph);
  Encrypted both(testing::circuit(lowered, set("v1_4_2m128_gaussian_2_2")));
  expect_exact(both, 4, RandomStream(Seed{24}));
}

TEST(Score, RaisesATableValueThatIsAlsoSent) {
  // The first value lies at the scale of the wide output, below what the second table reads.
  ir::Lookup first{.input = 0,
                   .bits = {4},
                   .wraps = false,
                   .offset = 0,
                   .truncated_bits = {0},
                   .tables = Matrix<Integer>(1, 16),
                   .table_of = {0}};
  first.tables << 3, 15, 0, 7, 9, 1, 12, 5, 14, 2, 8, 6, 11, 4, 13, 10;
  ir::Lookup second = first;
  second.input = 1;
  const ir::Graph graph{
      {{"x", ir::Input{1, 0, 15}},
       {"first", first},
       {"second", second},
       {"wide",
        ir::Linear{{{1, ir::SparseMatrix::from_dense(Matrix<Integer>::Constant(1, 1, 3))}}, {-7}}},
       {"y", ir::Output{2}},
       {"z", ir::Output{3}}}};
  Encrypted both(testing::circuit(testing::lowered(graph), set("v1_4_2m128_gaussian_2_2")));
  ASSERT_LT(both.circuit.encoded.encodings[1].log2_scale, ir::reading_scale(second));
  Matrix<Integer> inputs(16, 1);
  for (Eigen::Index i = 0; i < 16; ++i) inputs(i, 0) = i;
  EXPECT_EQ(both.run(inputs), evaluate(graph, inputs));
}

TEST(Score, RoundsExactlyBitByBit) {
  ir::Lookup table{.input = 1,
                   .bits = {2},
                   .wraps = false,
                   .offset = 0,
                   .truncated_bits = {2},
                   .tables = Matrix<Integer>(1, 4),
                   .table_of = {0, 0}};
  table.tables << 3, 1, 0, 2;
  const ir::Graph graph{{{"x", ir::Input{2, 0, 13}},
                         {"round", ir::Round{0, {2}}},
                         {"table", table},
                         {"y", ir::Output{2}}}};
  Encrypted both(testing::circuit(testing::lowered(graph), set("v1_4_2m128_gaussian_2_2")));
  Matrix<Integer> inputs(7, 2);
  inputs << 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13;
  EXPECT_EQ(both.run(inputs), evaluate(graph, inputs));
}

TEST(Score, OfLinearCircuitsNeedsNoBootstrap) {
  RandomStream random{Seed{25}};
  const auto weights = testing::random_weights(10, 64, 127, random);
  const ir::Graph graph{{{"x", ir::Input{64, 0, 255}},
                         {"w", ir::Linear{{{0, ir::SparseMatrix::from_dense(weights)}},
                                          std::vector<Integer>(10, -1234)}},
                         {"y", ir::Output{1}}}};
  Encrypted both(testing::circuit(testing::lowered(graph), testing::linear_spec()));
  expect_exact(both, 20, random);
}

TEST(Score, DoesNotDependOnThreadsChunksOrShards) {
  RandomStream random{Seed{26}};
  const ir::Graph graph = testing::wrap_graph({.inputs = 20, .hidden = 6, .bits = 3}, random);
  Encrypted both(testing::circuit(readout(graph, "hidden"), set("wrap_e1")));
  const auto inputs = testing::random_inputs(5, {20, 0, 3}, random);
  const EncryptedBatch batch = encrypt(both.circuit, both.client, inputs.cast<double>());
  const EncryptedScores whole = score(both.circuit, both.key, batch, 0, 5, both.engine);

  ThreadTeam two(2);
  Engine other{testing_support::chosen_kernels(), two};
  const EncryptedScores threaded = score(both.circuit, both.key, batch, 0, 5, other);
  const EncryptedScores part = score(both.circuit, both.key, batch, 2, 2, both.engine);

  EXPECT_EQ(threaded.words, whole.words);
  const std::size_t row = whole.words.size() / 5;
  EXPECT_TRUE(std::ranges::equal(part.words, std::span(whole.words).subspan(2 * row, 2 * row)));
  EXPECT_EQ(part.first_row, 2u);
  EXPECT_EQ(part.batch_id, batch.id());
}

TEST(Score, ReportsProgress) {
  const ir::Graph graph{{{"x", ir::Input{2, 0, 3}}, {"y", ir::Output{0}}}};
  Encrypted both(testing::circuit(testing::lowered(graph), testing::linear_spec(256)));
  const EncryptedBatch batch = encrypt(both.circuit, both.client, Matrix<double>::Zero(700, 2));
  std::vector<std::size_t> done;
  score(both.circuit, both.key, batch, 0, 700, both.engine,
        [&](std::size_t rows, std::size_t) { done.push_back(rows); });
  EXPECT_TRUE(std::ranges::is_sorted(done));
  EXPECT_EQ(done.back(), 700u);
}

TEST(Score, RefusesWhatDoesNotBelongTogetherNamingBothIds) {
  const ir::Graph graph{{{"x", ir::Input{2, 0, 3}}, {"y", ir::Output{0}}}};
  const circuit::Circuit circuit =
      testing::circuit(testing::lowered(graph), testing::linear_spec(256));
  Encrypted both(circuit), stranger(circuit);
  const EncryptedBatch batch = encrypt(both.circuit, both.client, Matrix<double>::Zero(3, 2));
  const auto refusal = [&](const circuit::Circuit& what, const tfhe::EvaluationKey& key) {
    try {
      score(what, key, batch, 0, 3, both.engine);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::mismatch);
      return std::string(error.what());
    }
    return std::string();
  };

  const std::string key_message = refusal(circuit, stranger.key);
  EXPECT_NE(key_message.find(both.client.id().brief()), std::string::npos) << key_message;
  EXPECT_NE(key_message.find(stranger.client.id().brief()), std::string::npos) << key_message;
  circuit::Circuit other = circuit;
  other.encoded.estimator = "another";
  const std::string circuit_message = refusal(other, both.key);
  EXPECT_NE(circuit_message.find(other.id().brief()), std::string::npos) << circuit_message;
  EXPECT_NE(circuit_message.find(circuit.id().brief()), std::string::npos) << circuit_message;
  circuit::Circuit larger = circuit;
  larger.parameters = tfhe::Parameters(testing::linear_spec(512));
  EXPECT_NE(refusal(larger, both.key), "");
  expect_error(ErrorCode::invalid_argument, "of a batch of",
               [&] { score(circuit, both.key, batch, 2, 2, both.engine); });
}

}  // namespace
}  // namespace basalt::infer::score_test
