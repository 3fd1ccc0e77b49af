#include "tfhe/modulus_switch.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"
#include "tfhe/noise.hpp"
#include "tfhe/statistics.hpp"

namespace basalt::tfhe::modulus_switch_test {
namespace {

TEST(ModulusSwitch, RoundsMasksToNearest) {
  // Words and exponents modulo 512 of the public toy vector of TFHE-rs.
  const std::vector<Torus> words = {
      8100541658078553834u,  15406546652153047084u, 6890259397481467877u, 1866837428791735566u,
      12679790991060574091u, 4998501443685536439u,  2799163078736056624u, 7741647927917151795u,
      17027938678907474865u, 18396087923215813637u, 2703218893105642813u};
  const std::vector<std::uint32_t> expected = {225, 428, 191, 52, 352, 139, 78, 215, 473, 511};
  std::vector<std::uint32_t> exponents(words.size());

  switch_modulus(words, 9, exponents);

  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), exponents.begin()));
}

TEST(ModulusSwitch, AddsHalfOfTheRoundingErrorsToTheBodyAndRoundsDown) {
  const Torus step = Torus{1} << 56;  // 2^8 exponents
  std::vector<std::uint32_t> exponents(3);

  // Masks rounded up by 0.4 and 0.4 steps: the body gains 0.4.
  const Torus low = 10 * step + step / 10 * 6;
  switch_modulus(std::vector<Torus>{low, low, 7 * step + step / 10 * 7}, 8, exponents);
  EXPECT_EQ(exponents, (std::vector<std::uint32_t>{11, 11, 8}));
  switch_modulus(std::vector<Torus>{low, low, 7 * step + step / 10 * 5}, 8, exponents);
  EXPECT_EQ(exponents, (std::vector<std::uint32_t>{11, 11, 7}));
}

TEST(ModulusSwitch, ErrorHasTheCentredVarianceAndItsMeanIsHalfAStepDown) {
  constexpr std::size_t n = 400, N = 1024, draws = 20000;
  RandomStream random(Seed{3});
  std::vector<Torus> key(n), words(n + 1);
  // Half of the bits are 1, as the formula assumes.
  for (std::size_t i = 0; i < n; ++i) key[i] = i % 2;
  std::vector<std::uint32_t> exponents(n + 1);
  Sample errors;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    for (Torus& word : words) word = random.next();
    switch_modulus(words, 11, exponents);
    Torus phase = words[n] - (Torus{exponents[n]} << 53);
    for (std::size_t i = 0; i < n; ++i) {
      phase -= key[i] * (words[i] - (Torus{exponents[i]} << 53));
    }
    errors.add(-static_cast<double>(static_cast<std::int64_t>(phase)) * 0x1p-64);
  }

  const double grid = 1.0 / (2.0 * N);
  // The formula leaves out the rounding of the body, 1/12 of a squared step.
  const double expected =
      modulus_switch_variance(n, N, ModulusSwitch::centred).value + grid * grid / 12.0;
  EXPECT_TRUE(errors.has_variance(expected));
  EXPECT_TRUE(errors.has_mean(-grid / 2.0));
}

TEST(ModulusSwitch, RefusesOtherSizes) {
  std::vector<std::uint32_t> exponents(3);
  expect_error(ErrorCode::mismatch, "exponents, expected equal counts",
               [&] { switch_modulus(std::vector<Torus>(4), 9, exponents); });
  expect_error(ErrorCode::invalid_argument, "expected",
               [&] { switch_modulus(std::vector<Torus>(3), 0, exponents); });
  expect_error(ErrorCode::invalid_argument, "expected",
               [&] { switch_modulus(std::vector<Torus>(3), 40, exponents); });
}

}  // namespace
}  // namespace basalt::tfhe::modulus_switch_test
