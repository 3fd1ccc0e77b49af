#include "quant/quantizer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"

namespace basalt::quant::quantizer_test {
namespace {

TEST(Quantizer, RoundsHalvesToEvenAndClamps) {
  const Quantizer quantizer({.scale = 2.0, .zero_point = 1, .low = 0, .high = 3});

  EXPECT_EQ(quantizer.quantize(1.0), 1);  // 0.5 -> 0
  EXPECT_EQ(quantizer.quantize(3.0), 3);  // 1.5 -> 2
  EXPECT_EQ(quantizer.quantize(-1e300), 0);
  EXPECT_EQ(quantizer.quantize(1e300), 3);
  EXPECT_EQ(quantizer.dequantize(3), 4.0);
}

TEST(Quantizer, StaysWithinHalfAStepInsideItsRange) {
  RandomStream random(Seed{5});
  for (const int bits : {2, 3, 4, 8, 16, 32}) {
    for (const bool is_signed : {false, true}) {
      const double low = random.uniform(-9, 0), high = random.uniform(0.1, 9);
      const Quantizer quantizer = affine_quantizer(low, high, Bits{bits}, is_signed);
      const double step = quantizer.spec().scale;
      for (int i = 0; i < 200; ++i) {
        const double value = random.uniform(low + step / 2, high - step / 2);
        EXPECT_LE(std::abs(quantizer.fake_quantize(value) - value), step * 0.5000001);
      }
      EXPECT_EQ(quantizer.spec().high - quantizer.spec().low, (std::int64_t{1} << bits) - 1);
    }
  }
}

TEST(Quantizer, KeepsZeroExactWhenSymmetric) {
  const Quantizer quantizer = symmetric_quantizer(-1.0, 3.0, Bits{3}, true);

  EXPECT_EQ(quantizer.spec().zero_point, 0);
  EXPECT_EQ(quantizer.spec().low, -3);
  EXPECT_EQ(quantizer.spec().high, 3);
  EXPECT_EQ(quantizer.fake_quantize(0.0), 0.0);
  EXPECT_EQ(quantizer.quantize(3.0), 3);
}

TEST(Quantizer, TakesConstantData) {
  const Quantizer zero = affine_quantizer(0.0, 0.0, Bits{4}, true);
  const Quantizer five = affine_quantizer(5.0, 5.0, Bits{4}, false);

  EXPECT_EQ(zero.spec().scale, 1.0);
  EXPECT_EQ(zero.quantize(0.0), 0);
  EXPECT_EQ(five.quantize(5.0), 1);
  EXPECT_EQ(five.fake_quantize(5.0), 5.0);
}

TEST(Quantizer, RefusesImpossibleDescriptions) {
  expect_error(ErrorCode::invalid_argument, "expected finite and above",
               [&] { Quantizer({.scale = 0.0}); });
  expect_error(ErrorCode::invalid_argument, "expected ascending",
               [&] { Quantizer({.scale = 1.0, .zero_point = 0, .low = 2, .high = 1}); });
  expect_error(ErrorCode::invalid_argument, "bits, expected",
               [&] { affine_quantizer(0.0, 1.0, Bits{0}, false); });
  expect_error(ErrorCode::invalid_argument, "inf, expected finite and ascending", [&] {
    affine_quantizer(0.0, std::numeric_limits<double>::infinity(), Bits{4}, false);
  });
}

TEST(Quantizer, IsHashedByItsFields) {
  const Quantizer one({.scale = 1.0}), two({.scale = 2.0});

  EXPECT_NE(digest_of("quantizer", one), digest_of("quantizer", two));
}

}  // namespace
}  // namespace basalt::quant::quantizer_test
