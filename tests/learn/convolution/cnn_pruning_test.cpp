#include "learn/convolution/cnn_pruning.hpp"

#include <gtest/gtest.h>

namespace basalt::learn::cnn_pruning_test {
namespace {

using Indices = std::vector<std::size_t>;

std::vector<StageSpec> stages_of(const std::vector<std::string>& layers, std::size_t channels = 1) {
  return read_layers(layers, {.image = {6, 6, channels}});
}

/// Weights on every value: those of channel c are c, or `strong` first of all.
KeptChannels half_kept(const std::vector<StageSpec>& stages, const Indices& strong = {}) {
  std::vector<std::vector<double>> squares;
  for (const std::size_t count : channels_of(stages)) {
    squares.emplace_back(count, 0.0);
    for (std::size_t c = 0; c < count; ++c) squares.back()[c] = static_cast<double>(c);
    for (const std::size_t c : strong) squares.back().at(c) += 100.0;
  }
  return kept_channels(stages, squares, 0.5);
}

TEST(CnnPruning, RemovesTheChannelsOfLeastWeightAndNoInputs) {
  const auto stages = stages_of({"conv2d(4, 3)", "conv2d(6, 3)"}, 2);
  const KeptChannels kept = half_kept(stages, {1});

  EXPECT_EQ(kept[0], (Indices{0, 1}));
  EXPECT_EQ(kept[1], (Indices{1, 3}));
  EXPECT_EQ(kept[2], (Indices{1, 4, 5}));
}

TEST(CnnPruning, LeavesAChannelWhereAllWouldGo) {
  const auto stages = stages_of({"conv2d(3, 3)"});

  EXPECT_EQ(kept_channels(stages, {{0.0}, {1.0, 3.0, 2.0}}, 0.99)[1], (Indices{1}));
}

TEST(CnnPruning, RemovesWhatPoolingAndSumsTieTogether) {
  const auto stages =
      stages_of({"conv2d(4, 3, padding=1)", "conv2d(4, 3, padding=1)", "add(0)", "avgpool2d(2)"});
  // Little of each value reads channel 3, but much of the sum.
  const KeptChannels kept =
      kept_channels(stages, {{1.0}, {5, 1, 1, 0}, {5, 1, 1, 0}, {0, 0, 0, 0}, {0, 0, 1, 9}}, 0.5);

  for (std::size_t value = 1; value <= 4; ++value) EXPECT_EQ(kept[value], (Indices{0, 3})) << value;
}

TEST(CnnPruning, SparesWhatIsAddedToTheInputs) {
  const auto stages = stages_of({"conv2d(2, 3, padding=1)", "add(input)", "conv2d(4, 3)"}, 2);
  const KeptChannels kept = half_kept(stages);

  EXPECT_EQ(kept[1], (Indices{0, 1}));
  EXPECT_EQ(kept[2], (Indices{0, 1}));
  EXPECT_EQ(kept[3], (Indices{2, 3}));
}

TEST(CnnPruning, TakesAsManyFromEachGroup) {
  const auto stages = stages_of({"conv2d(8, 3)", "conv2d(4, 2, groups=2)"});
  const KeptChannels kept = half_kept(stages, {0});

  EXPECT_EQ(kept[1], (Indices{0, 3, 6, 7}));
  EXPECT_EQ(kept[2], (Indices{0, 3}));
}

TEST(CnnPruning, RemovesWholeGroupsOfADepthwiseLayer) {
  const auto stages = stages_of({"conv2d(4, 3)", "conv2d(4, 2, groups=4)", "conv2d(2, 1)"});

  const KeptChannels kept = half_kept(stages);
  const auto left = narrowed(stages, kept);

  EXPECT_EQ(kept[1], (Indices{2, 3}));
  EXPECT_EQ(kept[2], (Indices{2, 3}));
  EXPECT_EQ(left[1].groups, 2U);
  EXPECT_EQ(left[1].output.channels, 2U);
  EXPECT_EQ(left[2].input.channels, 2U);
  EXPECT_EQ(left[2].groups, 1U);
}

TEST(CnnPruning, SparesChannelsThatGroupsDoNotShareOutEvenly) {
  const auto doubled = stages_of({"conv2d(4, 3)", "conv2d(8, 2, groups=4)"});
  EXPECT_EQ(half_kept(doubled)[1].size(), 4U);
  EXPECT_EQ(half_kept(doubled)[2], (Indices{1, 3, 5, 7}));

  const auto flattened = stages_of({"conv2d(3, 5)", "flatten", "conv2d(2, 1, groups=2)"});
  EXPECT_EQ(half_kept(flattened)[1].size(), 3U);
}

TEST(CnnPruning, LeavesTheElementsOfTheChannelsThatStay) {
  const auto stages = stages_of({"conv2d(3, 5)", "flatten", "dense(2)"});
  const StageSpec& dense = stages[1];

  // 2 x 2 positions of 3 channels, one row.
  EXPECT_EQ(kept_elements(dense, 0, 3, {0, 2}), (Indices{0, 2, 3, 5, 6, 8, 9, 11}));
  const auto grouped = stages_of({"conv2d(4, 3)", "conv2d(2, 1, groups=2)"});
  EXPECT_EQ(kept_elements(grouped[1], 0, 4, {1, 2}), (Indices{1}));
  EXPECT_EQ(kept_elements(grouped[1], 1, 4, {1, 2}), (Indices{0}));
}

TEST(CnnPruning, NarrowsShapesBehindAFlattening) {
  const auto stages = stages_of({"conv2d(3, 5)", "flatten", "dense(4)"});
  const auto left = narrowed(stages, {{0}, {0, 2}, {1}});

  EXPECT_EQ(left[0].output.channels, 2U);
  EXPECT_EQ(left[1].input.channels, 8U);
  EXPECT_EQ(left[1].output.channels, 1U);
}

}  // namespace
}  // namespace basalt::learn::cnn_pruning_test
