// Scales, decoding grids and noise limits of assembled circuits.
#include "compile/assemble.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "support/lowered.hpp"

namespace basalt::compile::assemble_test {
namespace {

using ir::Integer;

Assembly assembled(ir::Graph graph) {
  return assemble(testing::lowered(std::move(graph)), "toy", Digest{});
}

/// 2-norm of row `row` of a layer's term, squared.
double squares(const ir::SparseMatrix& matrix, std::size_t row) {
  double sum = 0.0;
  for (std::size_t at = matrix.row_start[row]; at < matrix.row_start[row + 1]; ++at) {
    sum += static_cast<double>(matrix.weight[at]) * matrix.weight[at];
  }
  return sum;
}

TEST(Assemble, OfAWrapNetFollowsTheFormulasOfItsCircuit) {
  const ir::Graph graph = testing::wrap_graph({}, RandomStream(Seed{6}));
  const Assembly assembly = assembled(graph);
  const auto& readout = std::get<ir::Linear>(graph.nodes[3].op);

  // S = max over classes of (Lmax - Lmin) / 2 + 1, b = ceil(log2 S), unit 2^(63 - b).
  Integer steps = 0;
  const auto ranges = ranges_of(graph);
  for (const ir::Range& range : ranges[3]) {
    steps = std::max(steps, (range.high - range.low) / 2 + 1);
  }
  int b = 0;
  while ((Integer{1} << b) < steps) ++b;
  const std::vector<ir::Encoding>& plans = assembly.encoded.encodings;
  EXPECT_EQ(plans[3].log2_scale, 63 - b);
  EXPECT_EQ(plans[2].log2_scale, 63 - b);
  EXPECT_EQ(plans[0].log2_scale, 63 - b);
  EXPECT_EQ(plans[1].log2_scale, 60);
  EXPECT_EQ(plans[4].bits.value, b);

  double fan_in = 0.0, table = 0.0, skip = 0.0;
  for (std::size_t row = 0; row < 8; ++row) {
    fan_in =
        std::max(fan_in, squares(std::get<ir::Linear>(graph.nodes[1].op).terms[0].weights, row));
  }
  for (std::size_t row = 0; row < 3; ++row) {
    table = std::max(table, squares(readout.terms[0].weights, row));
    skip = std::max(skip, squares(readout.terms[1].weights, row));
  }
  const Constraint& first = assembly.requirements.lookups.at(0);
  EXPECT_DOUBLE_EQ(first.half_step, 0x1p-5);
  EXPECT_DOUBLE_EQ(first.fresh_gain, fan_in * std::ldexp(1.0, 2 * (60 - (63 - b))));
  EXPECT_EQ(first.table_gain, 0.0);
  EXPECT_EQ(first.table_bits, 3);
  EXPECT_EQ(first.bits, 4);
  EXPECT_TRUE(first.wraps);
  EXPECT_EQ(first.count, 8u);
  EXPECT_EQ(first.layer, "fc0");
  const Constraint& output = assembly.requirements.outputs.at(0);
  EXPECT_DOUBLE_EQ(output.half_step, std::ldexp(1.0, -(b + 1)));
  EXPECT_DOUBLE_EQ(output.table_gain, table);
  EXPECT_DOUBLE_EQ(output.fresh_gain, skip);
  EXPECT_EQ(assembly.requirements.bootstraps_per_row, 8u);
}

TEST(Assemble, OfPaddedTablesKeepsThePaddingBit) {
  const Assembly assembly = assembled(testing::padded_graph({.layers = 2}, RandomStream(Seed{7})));
  EXPECT_EQ(assembly.encoded.encodings[1].log2_scale, 59);
  EXPECT_EQ(assembly.encoded.encodings[0].log2_scale, 59);
  EXPECT_EQ(assembly.encoded.encodings[2].log2_scale, 59);
  EXPECT_DOUBLE_EQ(assembly.requirements.lookups.at(1).half_step, 0x1p-6);
  EXPECT_EQ(assembly.requirements.lookups.at(1).table_bits, 4);
  EXPECT_GT(assembly.requirements.lookups.at(1).table_gain, 0.0);
  EXPECT_FALSE(assembly.encoded.layers()[0].wraps);
}

TEST(Assemble, DecodesEveryOutputOfEveryRow) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    RandomStream random{Seed{seed}};
    const ir::Graph graph = seed % 2 == 0 ? testing::wrap_graph({}, random.child("graph"))
                                          : testing::padded_graph({}, random.child("graph"));
    const Assembly assembly = assembled(graph);
    const auto inputs = testing::random_inputs(50, std::get<ir::Input>(graph.nodes[0].op), random);
    const Matrix<Integer> outputs = evaluate(graph, inputs);
    const ir::OutputEncoding& plan = assembly.encoded.outputs.at(0);
    const int scale = assembly.encoded.encodings[plan.output].log2_scale;

    for (Eigen::Index row = 0; row < outputs.rows(); ++row) {
      for (Eigen::Index i = 0; i < outputs.cols(); ++i) {
        const ir::OutputElement& element = plan.elements[static_cast<std::size_t>(i)];
        const std::uint64_t margin = ir::torus_word(element.step, scale) / 2;
        const std::uint64_t phase = ir::torus_word(outputs(row, i), scale);
        ASSERT_EQ(decode(element, scale, phase + margin - 1), outputs(row, i));
        ASSERT_EQ(decode(element, scale, phase - margin), outputs(row, i));
      }
    }
  }
}

TEST(Assemble, RaisesSharedTableValuesForTheirOtherReader) {
  // One table value read by another table (at 2^60) and by a wide output (far below).
  ir::Lookup first{.input = 0,
                   .bits = {2},
                   .wraps = false,
                   .offset = 0,
                   .truncated_bits = {0},
                   .tables = Matrix<Integer>(1, 4),
                   .table_of = {0}};
  first.tables << 0, 100, 200, 400;
  ir::Lookup second{.input = 1,
                    .bits = {9},
                    .wraps = false,
                    .offset = 0,
                    .truncated_bits = {0},
                    .tables = Matrix<Integer>::Zero(1, 512),
                    .table_of = {0}};
  const Assembly assembly = assembled(
      {{{"x", ir::Input{1, 0, 3}},
        {"first", first},
        {"second", second},
        {"wide",
         ir::Linear{{{1, ir::SparseMatrix::from_dense(Matrix<Integer>::Constant(1, 1, 1000))}},
                    {0}}},
        {"y", ir::Output{3}}}});
  // Differences of the table are multiples of 100: 4 steps of 100,000 need 2^19 > 500,000.
  EXPECT_EQ(assembly.encoded.encodings[3].log2_scale, 64 - 19);
  EXPECT_EQ(assembly.encoded.outputs[0].elements[0].step, 100000);
  EXPECT_EQ(assembly.encoded.encodings[1].log2_scale, 64 - 19);
  EXPECT_DOUBLE_EQ(assembly.requirements.lookups.at(1).table_gain, std::ldexp(1.0, 2 * (54 - 45)));
  EXPECT_DOUBLE_EQ(assembly.requirements.outputs.at(0).half_step, 100000.0 / 0x1p20);
}

TEST(Assemble, WeighsTheNoiseOfEachOutputAgainstItsOwnStep) {
  // 12 x, on steps of 12 units, x + y on steps of 1, and a constant.
  Matrix<Integer> weights(3, 2);
  weights << 12, 0, 1, 1, 0, 0;
  const Assembly assembly =
      assembled({{{"x", ir::Input{2, 0, 3}},
                  {"w", ir::Linear{{{0, ir::SparseMatrix::from_dense(weights)}}, {0, 0, 5}}},
                  {"y", ir::Output{1}}}});
  const int scale = assembly.encoded.encodings[1].log2_scale;
  const Constraint& output = assembly.requirements.outputs.at(0);
  EXPECT_DOUBLE_EQ(output.half_step, std::ldexp(1.0, scale - 65));
  EXPECT_DOUBLE_EQ(output.fresh_gain, 2.0);  // of x + y; 144 / 12^2 of 12 x
}

TEST(Assemble, RefusesRangesThatLeaveTheirPaddedTable) {
  ir::Lookup narrow{.input = 0,
                    .bits = {1},
                    .wraps = false,
                    .offset = 0,
                    .truncated_bits = {0},
                    .tables = Matrix<Integer>::Zero(1, 2),
                    .table_of = {0}};
  try {
    assembled({{{"x", ir::Input{1, 0, 3}}, {"narrow", narrow}, {"y", ir::Output{1}}}});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("narrow"), std::string::npos);
  }
}

TEST(Assemble, LimitsEachBitOfAnExactRounding) {
  ir::Lookup table{.input = 1,
                   .bits = {2},
                   .wraps = false,
                   .offset = 0,
                   .truncated_bits = {2},
                   .tables = Matrix<Integer>(1, 4),
                   .table_of = {0}};
  table.tables << 0, 1, 2, 3;
  const Assembly assembly = assembled({{{"x", ir::Input{1, 0, 13}},
                                        {"round", ir::Round{0, {2}}},
                                        {"table", table},
                                        {"y", ir::Output{2}}}});
  ASSERT_EQ(assembly.requirements.lookups.size(), 3u);
  EXPECT_EQ(assembly.requirements.bootstraps_per_row, 3u);
  // The value lies at 2^59: its lowest bit is moved up by 4 bits, the next by 3.
  EXPECT_DOUBLE_EQ(assembly.requirements.lookups[0].fresh_gain, 256.0);
  EXPECT_DOUBLE_EQ(assembly.requirements.lookups[1].fresh_gain, 64.0);
  EXPECT_DOUBLE_EQ(assembly.requirements.lookups[1].table_gain, 64.0);
  EXPECT_DOUBLE_EQ(assembly.requirements.lookups[0].half_step, 0.25);
  EXPECT_DOUBLE_EQ(assembly.requirements.lookups[2].table_gain, 2.0);
}

}  // namespace
}  // namespace basalt::compile::assemble_test
