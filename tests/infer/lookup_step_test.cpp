// Test polynomials against the worked example of a wrapping neuron, and padded tables.
#include "infer/lookup_step.hpp"

#include <gtest/gtest.h>

#include "compile/assemble.hpp"
#include "support/lowered.hpp"

namespace basalt::infer::lookup_step_test {
namespace {

using ir::Integer;

/// One neuron of 4 bits at the scale of a read-out of 12 bits.
ir::EncodedGraph neuron(Integer phase, Integer constant) {
  ir::Lookup lookup{.input = 1,
                    .bits = {4},
                    .wraps = true,
                    .offset = 0,
                    .truncated_bits = {0},
                    .tables = Matrix<Integer>(1, 16),
                    .table_of = {0}};
  const std::vector<Integer> entries = testing::triangle(4, phase);
  for (Eigen::Index m = 0; m < 16; ++m) {
    lookup.tables(0, m) =
        (entries[static_cast<std::size_t>(m)] + constant) / (constant == 0 ? 1 : 2);
  }
  Matrix<Integer> weight(1, 1);
  weight << 1;
  ir::EncodedGraph encoded =
      compile::assemble(
          testing::lowered({{{"x", ir::Input{1, -20, 20}},
                             {"u", ir::Linear{{{0, ir::SparseMatrix::from_dense(weight)}}, {0}}},
                             {"h", lookup},
                             {"y", ir::Output{2}}}}),
          "worked example", Digest{})
          .encoded;
  encoded.encodings[2].log2_scale = 51;
  return encoded;
}

/// Value of a polynomial in units of 2^51.
Integer unit(const LookupStep& step, std::size_t coefficient) {
  return static_cast<std::int64_t>(step.tables[0][coefficient]) / (Integer{1} << 51);
}

TEST(LookupStep, IsThePolynomialOfTheWorkedExample) {
  const std::vector<std::size_t> starts{0, 128, 384, 640, 896, 1152, 1408, 1664, 1920};
  const std::vector<std::vector<Integer>> expected{{7, 5, 3, 1, -1, -3, -5, -7, -7},
                                                   {-3, -5, -7, -7, -5, -3, -1, 1, 3}};
  for (const int phase : {0, 5}) {
    const LookupStep step = lookup_step(neuron(phase, 0), 2, 2048);
    for (std::size_t box = 0; box < starts.size(); ++box) {
      const std::size_t end = box + 1 < starts.size() ? starts[box + 1] : 2048;
      EXPECT_EQ(unit(step, starts[box]), expected[phase == 0 ? 0 : 1][box]) << box;
      EXPECT_EQ(unit(step, end - 1), expected[phase == 0 ? 0 : 1][box]) << box;
    }
    EXPECT_EQ(step.constants[0], 0u);
  }
  EXPECT_EQ(lookup_step(neuron(0, 0), 2, 2048).tables[0][0], 0x0038000000000000u);
  EXPECT_EQ(lookup_step(neuron(0, 0), 2, 2048).tables[0][1700], 0xFFC8000000000000u);
}

TEST(LookupStep, StoresTablesAroundAConstantInHalfUnits) {
  // Entries 0..7: (triangle + 7) / 2, negacyclic around 7.
  const LookupStep step = lookup_step(neuron(0, 7), 2, 2048);
  EXPECT_EQ(step.constants[0], 7ull << 50);
  for (const std::size_t coefficient : {std::size_t{0}, std::size_t{500}, std::size_t{1700}}) {
    const LookupStep odd = lookup_step(neuron(0, 0), 2, 2048);
    EXPECT_EQ(2 * static_cast<std::int64_t>(step.tables[0][coefficient]),
              static_cast<std::int64_t>(odd.tables[0][coefficient]));
  }
}

TEST(LookupStep, OfAPaddedTableMovesItsOffsetToTheBody) {
  ir::Lookup lookup{.input = 0,
                    .bits = {2},
                    .wraps = false,
                    .offset = -1,
                    .truncated_bits = {0},
                    .tables = Matrix<Integer>(1, 4),
                    .table_of = {0}};
  lookup.tables << 5, 6, 7, 4;
  const ir::EncodedGraph encoded =
      compile::assemble(
          testing::lowered({{{"x", ir::Input{1, -1, 2}}, {"t", lookup}, {"y", ir::Output{1}}}}),
          "padded", Digest{})
          .encoded;
  const LookupStep step = lookup_step(encoded, 1, 256);
  EXPECT_EQ(step.shift, 0);
  EXPECT_EQ(step.offset, std::uint64_t{1} << 61);
  const int scale = encoded.encodings[1].log2_scale;
  EXPECT_EQ(step.tables[0][0], ir::torus_word(5, scale));
  EXPECT_EQ(step.tables[0][32], ir::torus_word(6, scale));
  EXPECT_EQ(step.tables[0][255], 0 - ir::torus_word(5, scale));
}

TEST(SharedRotations, HoldTheTablesOfEqualSumsTogether) {
  const ir::Graph graph = testing::repeated_graph(3, 5, 4, RandomStream(Seed{8}));
  const ir::EncodedGraph encoded =
      compile::assemble(testing::lowered(graph), "toy", Digest{}).encoded;
  const auto& lookup = std::get<ir::Lookup>(graph.nodes[2].op);

  const SharedRotations shared = shared_rotations(encoded, 2, 256, 2);

  // Element i has the sum i % 3: four of its five tables fit the first rotation.
  EXPECT_EQ(shared.source, (std::vector<std::uint32_t>{0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(shared.tables.count(), 6u);
  for (std::uint32_t i = 0; i < 15; ++i) {
    const std::uint32_t rotation = shared.place_of[i] / 4, part = shared.place_of[i] % 4;
    EXPECT_EQ(rotation, i < 12 ? i % 3 : 3 + i % 3);
    EXPECT_EQ(part, i < 12 ? i / 3 : 0);
    const Integer entry = lookup.tables(static_cast<Eigen::Index>(i), 5);
    EXPECT_EQ(shared.tables[shared.table_of[rotation]][(5 * 4 << 2) + part],
              ir::torus_word(entry, encoded.encodings[2].log2_scale));
  }
}

TEST(SharedRotations, OfEqualTablesShareAPolynomial) {
  ir::Graph graph = testing::repeated_graph(2, 4, 3, RandomStream(Seed{9}));
  for (std::uint32_t& table : std::get<ir::Lookup>(graph.nodes[2].op).table_of) table /= 2;
  const ir::EncodedGraph encoded =
      compile::assemble(testing::lowered(graph), "toy", Digest{}).encoded;

  const SharedRotations shared = shared_rotations(encoded, 2, 256, 2);

  EXPECT_EQ(shared.table_of, (std::vector<std::uint32_t>{0, 0}));
  EXPECT_EQ(shared.tables.count(), 1u);
}

}  // namespace
}  // namespace basalt::infer::lookup_step_test
