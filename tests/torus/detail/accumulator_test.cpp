#include "torus/detail/accumulator.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "torus/detail/kernel_table.hpp"

namespace basalt::torus::accumulator_test {
namespace {

RotationShape shape_of(std::size_t size, int base_log, int levels) {
  return {.components = 2, .size = size, .base_log = base_log, .levels = levels, .group = 1};
}

TEST(Accumulator, WordsAreWideWhereDigitsOrSumsDoNotFit) {
  RotationPlan common(shape_of(2048, 23, 1), reference_kernels);
  RotationPlan many_bits(shape_of(2048, 11, 3), reference_kernels);
  RotationPlan large_sums(shape_of(2048, 26, 1), reference_kernels);

  EXPECT_FALSE(detail::sizes_of(common, 8).wide);
  EXPECT_TRUE(detail::sizes_of(many_bits, 8).wide);
  EXPECT_TRUE(detail::sizes_of(large_sums, 8).wide);
}

TEST(Accumulator, TheTwoKindsOfOffsetsRoundTiesInOppositeDirections) {
  RotationPlan plan(shape_of(512, 15, 2), reference_kernels);
  const detail::RotationSizes sizes = detail::sizes_of(plan, 8);
  std::size_t down = 0;
  for (std::size_t c = 0; c < 8; ++c) {
    const Torus one = sizes.offsets[c] & 0xFFFFFFFF, other = sizes.offsets[8 + c] & 0xFFFFFFFF;
    EXPECT_EQ(std::max(one, other) - std::min(one, other), 1u);
    down += one < other ? 1 : 0;
  }
  EXPECT_EQ(down, 4u);
}

TEST(Accumulator, KeysOfNarrowWordsCarryTheScaleOfTheirDigits) {
  RotationPlan plan(shape_of(512, 10, 2), reference_kernels);
  const detail::RotationSizes sizes = detail::sizes_of(plan, 8);

  EXPECT_EQ(detail::key_scale(sizes, 0), 0x1p10 / 256.0);
  EXPECT_EQ(detail::key_scale(sizes, 1), 0x1p20 / 256.0);
}

}  // namespace
}  // namespace basalt::torus::accumulator_test
