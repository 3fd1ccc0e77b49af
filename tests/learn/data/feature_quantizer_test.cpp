#include "learn/data/feature_quantizer.hpp"

#include <gtest/gtest.h>

namespace basalt::learn::feature_quantizer_test {
namespace {

TEST(FeatureQuantizer, SpreadsItsStepsFromLowToHigh) {
  const quant::Quantizer quantizer = feature_quantizer(-2.0, 4.0, Bits{2});

  EXPECT_EQ(quantizer.quantize(-2.0), 0);
  EXPECT_EQ(quantizer.quantize(0.0), 1);
  EXPECT_EQ(quantizer.quantize(4.0), 3);
  EXPECT_EQ(quantizer.quantize(100.0), 3);
}

TEST(FeatureQuantizer, KeepsAConstantThatDiffersOnlyByRounding) {
  const double constant = 0.3, rounded = 0.1 + 0.2;
  const quant::Quantizer quantizer = feature_quantizer(constant, rounded, Bits{3});

  EXPECT_DOUBLE_EQ(quantizer.dequantize(quantizer.quantize(constant)), constant);
}

}  // namespace
}  // namespace basalt::learn::feature_quantizer_test
