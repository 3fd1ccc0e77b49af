#include "torus/polynomial.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"

namespace basalt::torus::polynomial_test {
namespace {

std::vector<Torus> random_words(std::size_t count, std::uint64_t seed) {
  RandomStream random(Seed{seed});
  std::vector<Torus> words(count);
  for (Torus& word : words) word = random.next();
  return words;
}

TEST(Polynomial, RotationWrapsWithTheOppositeSign) {
  const std::vector<Torus> in = {1, 2, 3, 4};
  std::vector<Torus> out(4);

  rotate(in, 1, out);
  EXPECT_EQ(out, (std::vector<Torus>{0 - Torus{4}, 1, 2, 3}));
  rotate(in, 4, out);
  EXPECT_EQ(out, (std::vector<Torus>{0 - Torus{1}, 0 - Torus{2}, 0 - Torus{3}, 0 - Torus{4}}));
  rotate(in, 7, out);
  EXPECT_EQ(out, (std::vector<Torus>{2, 3, 4, 0 - Torus{1}}));
}

TEST(Polynomial, ProductIsTheSchoolbookProduct) {
  for (const std::size_t size : {std::size_t{4}, std::size_t{64}, std::size_t{256}}) {
    const auto a = random_words(size, 1), b = random_words(size, 2);
    std::vector<Torus> expected = random_words(size, 3), out = expected;
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        const Torus term = a[i] * b[j];
        expected[(i + j) % size] += i + j < size ? term : 0 - term;
      }
    }

    multiply_add(a, b, out);

    EXPECT_EQ(out, expected);
  }
}

TEST(Polynomial, ProductByAMonomialIsARotation) {
  const auto a = random_words(512, 4);
  std::vector<Torus> monomial(512), product(512), rotated(512);
  monomial[77] = 1;

  multiply_add(a, monomial, product);
  rotate(a, 77, rotated);

  EXPECT_EQ(product, rotated);
}

TEST(Polynomial, RefusesUnequalSizes) {
  std::vector<Torus> four(4), eight(8), six(6);
  expect_error(ErrorCode::mismatch, "coefficients, expected equal sizes",
               [&] { rotate(four, 1, eight); });
  expect_error(ErrorCode::mismatch, "coefficients, expected equal sizes",
               [&] { multiply_add(four, eight, eight); });
  expect_error(ErrorCode::invalid_argument, "coefficients, expected a power",
               [&] { multiply_add(six, six, six); });
}

}  // namespace
}  // namespace basalt::torus::polynomial_test
