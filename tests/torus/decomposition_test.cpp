#include "torus/decomposition.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"

namespace basalt::torus::decomposition_test {
namespace {

/// Sum of digits times weights, modulo 2^word_bits.
std::uint64_t recompose(std::span<const std::int64_t> digits, int base_log, int word_bits) {
  std::uint64_t sum = 0;
  int shift = word_bits;
  for (const std::int64_t digit : digits) {
    shift -= base_log;
    sum += static_cast<std::uint64_t>(digit) << shift;
  }
  return word_bits == 64 ? sum : sum & ((std::uint64_t{1} << word_bits) - 1);
}

TEST(Decomposer, GivesThePublishedClosestRepresentable) {
  EXPECT_EQ(Decomposer(4, 3, 32).closest_representable(1340987234), 1341128704u);
}

TEST(Decomposer, DigitsSumUpToTheClosestRepresentable) {
  RandomStream random(Seed{1});
  for (const auto& [base_log, levels] :
       {std::pair{23, 1}, {15, 2}, {11, 3}, {9, 4}, {1, 20}, {3, 5}, {31, 2}, {24, 1}}) {
    const Decomposer decomposer(base_log, levels);
    std::vector<std::int64_t> digits(static_cast<std::size_t>(levels));
    for (int i = 0; i < 2000; ++i) {
      const std::uint64_t word = random.next();
      decomposer.decompose(word, digits);
      ASSERT_EQ(recompose(digits, base_log, 64), decomposer.closest_representable(word));
      for (const std::int64_t digit : digits) {
        ASSERT_LE(std::abs(digit), std::int64_t{1} << (base_log - 1));
      }
    }
  }
}

TEST(Decomposer, BreaksTiesByTheRoundingBitAndTheNextBit) {
  const Decomposer decomposer(4, 2, 9);  // digits of 4 bits, one rounding bit
  std::vector<std::int64_t> digits(2);

  decomposer.decompose(0b0111'1000'0, digits);  // lower digit 8, bit 3 of the rest 0: stays 8
  EXPECT_EQ(digits, (std::vector<std::int64_t>{7, 8}));
  decomposer.decompose(0b1000'0000'0, digits);  // half of the circle without rounding: +8
  EXPECT_EQ(digits, (std::vector<std::int64_t>{8, 0}));
  decomposer.decompose(0b0111'1111'1, digits);  // the same value rounded up: -8
  EXPECT_EQ(digits, (std::vector<std::int64_t>{-8, 0}));
}

TEST(Decomposer, DigitsHaveTheBalancedSecondMoment) {
  RandomStream random(Seed{2});
  const Decomposer decomposer(3, 1);
  std::vector<std::int64_t> digit(1);
  double sum = 0.0;
  constexpr int draws = 40000;
  for (int i = 0; i < draws; ++i) {
    decomposer.decompose(random.next(), digit);
    sum += static_cast<double>(digit[0] * digit[0]);
  }
  // (B^2 + 2) / 12 = 5.5; the deviation of a square is 5.3, so 5 sigma of the mean is 0.13.
  EXPECT_NEAR(sum / draws, 5.5, 0.14);
}

TEST(Decomposer, RefusesDigitsThatDoNotFitTheWord) {
  expect_error(ErrorCode::invalid_argument, "each and together fewer than",
               [&] { Decomposer(16, 4); });
  expect_error(ErrorCode::invalid_argument, "each and together fewer than",
               [&] { Decomposer(0, 4); });
  expect_error(ErrorCode::invalid_argument, "each and together fewer than",
               [&] { Decomposer(4, 8, 32); });
}

}  // namespace
}  // namespace basalt::torus::decomposition_test
