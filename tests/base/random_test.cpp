// Tests of the random streams: known answers, independence of children, fresh secrets.
#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::random_test {
namespace {

// The known answers come from an independent ChaCha20 and keyed BLAKE2b; they pin what every seed
// in every recipe means.
TEST(RandomStream, GivesTheKnownWordsOfSeed7) {
  RandomStream stream(Seed{7});
  std::vector<std::uint64_t> words(65);
  for (std::uint64_t& word : words) word = stream.next();

  EXPECT_EQ(words[0], 0x47464ecfad0a456bULL);
  EXPECT_EQ(words[1], 0xa354dd91da0dbf1bULL);
  EXPECT_EQ(words[2], 0x29301ed3ac447df9ULL);
  EXPECT_EQ(words[3], 0x392eaf00ae738214ULL);
  EXPECT_EQ(words[64], 0x3d5cd507d837ef0dULL) << "the second block continues the first";
}

TEST(RandomStream, GivesTheKnownWordsOfAChild) {
  RandomStream child = RandomStream(Seed{7}).child("trial", 3);

  EXPECT_EQ(child.next(), 0xf4c69db3ba069fc0ULL);
  EXPECT_EQ(child.next(), 0x29be10a060e3d455ULL);
}

TEST(RandomStream, AChildDoesNotDependOnWhatItsParentDrew) {
  RandomStream parent(Seed{1});
  const std::uint64_t before = parent.child("a").next();
  for (int i = 0; i < 100; ++i) parent.next();

  EXPECT_EQ(parent.child("a").next(), before);
}

TEST(RandomStream, ChildrenOfOtherNamesOrIndicesDiffer) {
  const RandomStream parent(Seed{1});
  std::set<std::uint64_t> firsts;
  for (const char* name : {"a", "b", "ab"}) {
    for (std::uint64_t index = 0; index < 100; ++index) {
      firsts.insert(parent.child(name, index).next());
    }
  }

  EXPECT_EQ(firsts.size(), 300u);
}

TEST(RandomStream, UniformsFillTheUnitIntervalEvenly) {
  RandomStream stream(Seed{5});
  const int draws = 100000;
  double sum = 0.0;
  for (int i = 0; i < draws; ++i) {
    const double u = stream.uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
  }

  // Six deviations of the mean of `draws` uniforms: 2e-9 of chance.
  EXPECT_NEAR(sum / draws, 0.5, 6 * std::sqrt(1.0 / 12 / draws));
}

TEST(RandomStream, BelowIsEvenOverItsBound) {
  RandomStream stream(Seed{6});
  const int draws = 70000;
  std::vector<int> counts(7);
  for (int i = 0; i < draws; ++i) ++counts.at(stream.below(7));

  const double expected = draws / 7.0;
  for (const int count : counts) EXPECT_NEAR(count, expected, 6 * std::sqrt(expected * 6 / 7));
}

TEST(RandomStream, BelowRefusesAnEmptyRange) {
  expect_error(ErrorCode::invalid_argument, "expected at least",
               [&] { RandomStream(Seed{1}).below(0); });
  EXPECT_EQ(RandomStream(Seed{1}).below(1), 0u);
}

TEST(RandomStream, GaussiansHaveMean0Variance1AndKurtosis3) {
  RandomStream stream(Seed{8});
  const int draws = 200000;
  double sum = 0.0, squares = 0.0, fourths = 0.0;
  for (int i = 0; i < draws; ++i) {
    const double g = stream.gaussian();
    sum += g;
    squares += g * g;
    fourths += g * g * g * g;
  }

  // Variances of g, g^2, g^4 are 1, 2, 96; six deviations of each mean.
  EXPECT_NEAR(sum / draws, 0.0, 6 * std::sqrt(1.0 / draws));
  EXPECT_NEAR(squares / draws, 1.0, 6 * std::sqrt(2.0 / draws));
  EXPECT_NEAR(fourths / draws, 3.0, 6 * std::sqrt(96.0 / draws));
}

TEST(RandomStream, APermutationHoldsEveryIndexOnce) {
  std::vector<std::size_t> order = RandomStream(Seed{9}).permutation(257);
  EXPECT_FALSE(std::ranges::is_sorted(order));

  std::ranges::sort(order);
  std::vector<std::size_t> all(257);
  std::iota(all.begin(), all.end(), std::size_t{0});
  EXPECT_EQ(order, all);
}

TEST(MaskStream, GivesTheKnownWordsOfItsSeedAndIndex) {
  MaskSeed seed;
  std::iota(seed.begin(), seed.end(), std::uint8_t{0});
  MaskStream stream(seed, 5);
  std::vector<std::uint64_t> first(3), second(2);
  stream.fill(first);
  stream.fill(second);

  EXPECT_EQ(first, (std::vector<std::uint64_t>{0xbbc149554a19004fULL, 0x2f991f27ec9afcb8ULL,
                                               0x9a65a568f23ceedfULL}));
  EXPECT_EQ(second, (std::vector<std::uint64_t>{0x3e4725450a960823ULL, 0xa330b5254839aa8bULL}));
}

TEST(SecureRandom, NeverGivesTheSameWordsTwice) {
  SecureRandom first, second;
  std::vector<std::uint64_t> a(1100), b(1100);
  first.fill(a);
  second.fill(b);

  std::set<std::uint64_t> words(a.begin(), a.end());
  words.insert(b.begin(), b.end());
  // Two of 2200 random words are equal with probability 1.3e-13.
  EXPECT_EQ(words.size(), 2200u);
  EXPECT_NE(SecureRandom::mask_seed(), SecureRandom::mask_seed());
}

TEST(SecureRandom, GaussiansHaveMean0AndVariance1) {
  SecureRandom random;
  const int draws = 100000;
  double sum = 0.0, squares = 0.0;
  for (int i = 0; i < draws; ++i) {
    const double g = random.gaussian();
    sum += g;
    squares += g * g;
  }

  EXPECT_NEAR(sum / draws, 0.0, 6 * std::sqrt(1.0 / draws));
  EXPECT_NEAR(squares / draws, 1.0, 6 * std::sqrt(2.0 / draws));
}

}  // namespace
}  // namespace basalt::random_test
