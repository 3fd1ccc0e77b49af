#include "torus/fourier.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"
#include "torus/polynomial.hpp"

namespace basalt::torus::fourier_test {
namespace {

class EverySize : public ::testing::TestWithParam<std::size_t> {};

TEST_P(EverySize, InverseUndoesForward) {
  RandomStream random(Seed{1});
  const FourierPlan plan(GetParam());
  std::vector<double> values(GetParam());
  for (double& value : values) value = random.uniform(-1.0, 1.0);
  std::vector<double> copy = values;

  plan.forward(copy);
  plan.inverse(copy);

  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_NEAR(copy[i], values[i], 1e-13);
}

TEST_P(EverySize, ProductByBitsIsExact) {
  RandomStream random(Seed{2});
  const std::size_t size = GetParam();
  const FourierPlan plan(size);
  std::vector<std::uint64_t> bits(size);
  std::vector<Torus> a(size), out(size), expected(size);
  for (std::uint64_t& bit : bits) bit = random.next() & 1;
  for (Torus& word : a) word = random.next();
  for (std::size_t i = 0; i < size; ++i) out[i] = expected[i] = random.next();

  BinaryMultiplier(plan, bits).multiply_add(a, out);
  multiply_add(a, bits, expected);

  EXPECT_EQ(out, expected);
}

TEST_P(EverySize, ProductOfTheLargestWordsIsExact) {
  const std::size_t size = GetParam();
  const FourierPlan plan(size);
  const std::vector<std::uint64_t> bits(size, 1);
  const std::vector<Torus> a(size, 0x8000'0020'0000'7FFFull);
  std::vector<Torus> out(size), expected(size);

  BinaryMultiplier(plan, bits).multiply_add(a, out);
  multiply_add(a, bits, expected);

  EXPECT_EQ(out, expected);
}

INSTANTIATE_TEST_SUITE_P(Sizes, EverySize, ::testing::Values(4, 256, 512, 1024, 2048, 8192, 65536));

TEST(FourierPlan, SpectrumHoldsTheValuesAtTheRootsOfXToTheNPlusOne) {
  const FourierPlan plan(8);
  std::vector<double> values(8);
  values[1] = 1.0;  // X: its values are the roots themselves

  plan.forward(values);

  for (std::size_t i = 0; i < 4; ++i) {
    const std::complex<double> root(values[i], values[i + 4]);
    EXPECT_NEAR(std::abs(std::pow(root, 8) + 1.0), 0.0, 1e-12);
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_GT(std::abs(root - std::complex<double>(values[j], values[j + 4])), 0.5);
    }
  }
}

TEST(FourierPlan, RefusesOtherSizes) {
  expect_error(ErrorCode::invalid_argument, "coefficients, expected a power",
               [&] { FourierPlan(6); });
  expect_error(ErrorCode::invalid_argument, "coefficients, expected a power",
               [&] { FourierPlan(2); });
}

}  // namespace
}  // namespace basalt::torus::fourier_test
