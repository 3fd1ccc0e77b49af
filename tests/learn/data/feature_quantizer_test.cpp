#include "learn/data/feature_quantizer.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

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

TEST(FeatureQuantizer, CountsFeaturesFromTheirSmallestValue) {
  Matrix<double> features(3, 2);
  features << -1.5, 7, 0, 7, 1.5, 7;
  const auto quantizers = feature_quantizers(features, Bits{3});
  const Matrix<std::int64_t> integers = quantize_features(quantizers, features);
  EXPECT_EQ(integers(0, 0), 0);
  EXPECT_EQ(integers(2, 0), 7);
  EXPECT_EQ(integers(0, 1), integers(2, 1));
  expect_error(ErrorCode::invalid_argument, "bits of features, expected",
               [&] { feature_quantizers(features, Bits{0}); });
  expect_error(ErrorCode::mismatch, "features, the model has",
               [&] { quantize_features(quantizers, Matrix<double>::Zero(1, 3)); });
}

}  // namespace
}  // namespace basalt::learn::feature_quantizer_test
