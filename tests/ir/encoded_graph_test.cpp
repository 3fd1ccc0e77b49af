// Layer tables, decoding and rules of circuits.
#include "ir/encoded_graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/graphs.hpp"

namespace basalt::ir::encoded_graph_test {
namespace {

/// A wrap net with plans by hand: M = 4, read-out of b bits.
EncodedGraph planned(int b) {
  EncodedGraph encoded;
  encoded.graph = testing::wrap_graph({}, RandomStream(Seed{4}));
  encoded.encodings.resize(encoded.graph.nodes.size());
  encoded.encodings[0].log2_scale = 63 - b;
  encoded.encodings[1] = {.log2_scale = 60,
                          .bits = {4},
                          .wraps = true,
                          .range = {-30, 20},
                          .norm2_fresh = 3.0,
                          .norm2_table = 4.0};
  encoded.encodings[2].log2_scale = 63 - b;
  encoded.encodings[3] = {.log2_scale = 63 - b,
                          .bits = {b},
                          .wraps = false,
                          .range = {-40, 40},
                          .norm2_fresh = 0.0,
                          .norm2_table = 0.0};
  encoded.encodings[4].log2_scale = 63 - b;
  encoded.outputs = {{4, std::vector<OutputElement>(3, {-39, 2})}};
  return encoded;
}

TEST(EncodedGraph, LayersTellTheirTableAndRange) {
  const std::vector<LayerSummary> layers = planned(10).layers();

  ASSERT_EQ(layers.size(), 2u);
  EXPECT_EQ(layers[0].name, "fc0");
  EXPECT_TRUE(layers[0].wraps);
  EXPECT_EQ(layers[0].bits, 4);
  EXPECT_EQ(layers[0].bootstraps, 8u);
  EXPECT_EQ(layers[0].range_low, -30);
  EXPECT_DOUBLE_EQ(layers[0].norm2, 5.0);
  EXPECT_EQ(layers[1].name, "logits");
  EXPECT_FALSE(layers[1].wraps);
  EXPECT_EQ(layers[1].bits, 7);
  EXPECT_EQ(layers[1].bootstraps, 0u);
}

TEST(EncodedGraph, WeightsOfALayerCountOverAllItsTerms) {
  const EncodedGraph encoded = planned(10);
  const auto& readout = std::get<Linear>(encoded.graph.nodes[3].op);
  Integer expected = 0;
  for (std::size_t row = 0; row < 3; ++row) {
    Integer l1 = 0;
    for (const Linear::Term& term : readout.terms) {
      for (std::size_t at = term.weights.row_start[row]; at < term.weights.row_start[row + 1];
           ++at) {
        l1 += std::abs(term.weights.weight[at]);
      }
    }
    expected = std::max(expected, l1);
  }
  EXPECT_EQ(encoded.layers()[1].l1_max, expected);
}

TEST(EncodedGraph, CountsBootstrapsOutputsAndBits) {
  const EncodedGraph encoded = planned(10);
  EXPECT_EQ(encoded.bootstraps_per_row(), 8u);
  EXPECT_EQ(encoded.output_count(), 3u);
  EXPECT_EQ(encoded.inputs(), 16u);
  EXPECT_EQ(encoded.max_bits(), 4);
  EXPECT_NE(encoded.id(), planned(11).id());
}

TEST(EncodedGraph, RoundedSumsCountByTheTableThatReadsThem) {
  EncodedGraph encoded;
  encoded.graph = {{{"x", Input{1, 0, 8191}},
                    {"rounded", Round{0, Bits{9}}},
                    {"table", Lookup{.input = 1,
                                     .bits = {4},
                                     .wraps = false,
                                     .offset = 0,
                                     .truncated_bits = {9},
                                     .tables = Matrix<Integer>::Zero(1, 16),
                                     .table_of = {0}}},
                    {"y", Output{2}}}};
  encoded.encodings.resize(4);
  EXPECT_EQ(encoded.max_bits(), 4);
}

TEST(EncodedGraph, RefusesPlansAgainstTheGraph) {
  validate(planned(10));

  EncodedGraph steep = planned(10);
  steep.encodings[0].log2_scale = 61;
  expect_error(ErrorCode::invalid_argument, "is below", [&] { validate(steep); });
  EncodedGraph high = planned(10);
  high.encodings[1].log2_scale = 61;
  expect_error(ErrorCode::invalid_argument, "reads at scale", [&] { validate(high); });
  EncodedGraph short_output = planned(10);
  short_output.outputs[0].elements.pop_back();
  expect_error(ErrorCode::invalid_argument, "elements of", [&] { validate(short_output); });
  EncodedGraph unplanned = planned(10);
  unplanned.outputs.clear();
  expect_error(ErrorCode::invalid_argument, "output plans for", [&] { validate(unplanned); });
}

TEST(Decode, InvertsTheEncodingWithHalfAStepOfMargin) {
  // The worked read-out: range -35..41 in steps of 2, b = 6, unit 2^57.
  const OutputElement element{-35, 2};
  for (Integer value = -35; value <= 41; value += 2) {
    const std::uint64_t phase = torus_word(value, 57), half = std::uint64_t{1} << 57;
    EXPECT_EQ(decode(element, 57, phase), value);
    EXPECT_EQ(decode(element, 57, phase + half - 1), value);
    EXPECT_EQ(decode(element, 57, phase - half), value);
  }
  EXPECT_EQ(decode(element, 57, torus_word(37, 57) + (std::uint64_t{1} << 57)), 39);
}

TEST(ReadingScale, LeavesThePaddingBitOnlyToPaddedTables) {
  Lookup lookup;
  lookup.bits = {4};
  EXPECT_EQ(reading_scale(lookup), 59);
  lookup.wraps = true;
  EXPECT_EQ(reading_scale(lookup), 60);
  lookup.truncated_bits = {2};
  EXPECT_EQ(reading_scale(lookup), 58);
}

}  // namespace
}  // namespace basalt::ir::encoded_graph_test
