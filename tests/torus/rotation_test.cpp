#include "torus/rotation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"
#include "torus/decomposition.hpp"
#include "torus/detail/kernel_table.hpp"
#include "torus/detail/rotation_layout.hpp"
#include "torus/polynomial.hpp"

namespace basalt::torus::rotation_test {
namespace {

struct Case {
  RotationShape shape;
  const char* name;
};

std::vector<Torus> random_words(std::size_t count, RandomStream& random) {
  std::vector<Torus> words(count);
  for (Torus& word : words) word = random.next();
  return words;
}

/// One step in exact integer arithmetic, on random key rows: ACC += G x (X^a - 1) ACC.
std::vector<Torus> exact_step(const RotationShape& shape, std::span<const Torus> key,
                              std::span<const Torus> accumulator, std::size_t exponent) {
  const Decomposer decomposer(shape.base_log, shape.levels);
  const auto levels = static_cast<std::size_t>(shape.levels);
  std::vector<Torus> out(accumulator.begin(), accumulator.end());
  std::vector<Torus> difference(shape.size), digit(shape.size);
  std::vector<std::int64_t> digits(levels);
  for (std::size_t row = 0; row < shape.rows(); ++row) {
    const auto polynomial = accumulator.subspan(row / levels * shape.size, shape.size);
    rotate(polynomial, exponent, difference);
    for (std::size_t j = 0; j < shape.size; ++j) {
      decomposer.decompose(difference[j] - polynomial[j], digits);
      digit[j] = static_cast<Torus>(digits[row % levels]);
    }
    for (std::size_t c = 0; c < shape.components; ++c) {
      multiply_add(digit, key.subspan((row * shape.components + c) * shape.size, shape.size),
                   std::span(out).subspan(c * shape.size, shape.size));
    }
  }
  return out;
}

std::vector<Torus> kernel_step(const RotationPlan& plan, std::span<const Torus> key,
                               std::span<const Torus> words, std::size_t exponent) {
  const Kernels& kernels = plan.kernels();
  AlignedVector<double> numbers(plan.key_doubles());
  plan.pack_key(key, numbers);
  const RotationKey packed{.steps = 1, .numbers = numbers};
  RotationWorkspace workspace(plan, 1);
  std::vector<std::uint32_t> exponents(workspace.capacity(), static_cast<std::uint32_t>(exponent));
  kernels.load(plan, words.data(), workspace.accumulator(0));
  rotate_blindly(plan, packed, exponents, 1, workspace);
  std::vector<Torus> out(words.size());
  kernels.store(plan, workspace.accumulator(0), out.data());
  return out;
}

/// Words whose digits are unambiguous: multiples of the smallest gadget weight, away from ties. The
/// kernels may cut ties differently, which real keys forgive and random rows do not.
std::vector<Torus> clean_words(const RotationShape& shape, RandomStream& random) {
  std::vector<Torus> words = random_words(shape.components * shape.size, random);
  const int kept = shape.base_log * shape.levels;
  for (Torus& word : words) {
    word = 0;
    for (int level = 1; level <= shape.levels; ++level) {
      const Torus digit = random.below((Torus{1} << shape.base_log) / 4);
      word += digit << (64 - shape.base_log * level);
    }
    word = word >> (64 - kept) << (64 - kept);
  }
  return words;
}

class EveryShape : public ::testing::TestWithParam<Case> {};

TEST_P(EveryShape, AStepIsTheExactProductUpToRounding) {
  const RotationShape& shape = GetParam().shape;
  RandomStream random(Seed{7});
  const auto words = clean_words(shape, random);
  const auto key = random_words(shape.rows() * shape.components * shape.size, random);
  for (const Kernels* kernels : testing_support::kernel_sets()) {
    SCOPED_TRACE(kernels->name);
    const RotationPlan plan(shape, *kernels);
    for (const std::size_t exponent : {std::size_t{0}, std::size_t{5}, shape.size / 2,
                                       shape.size + shape.size / 2 + 3, 2 * shape.size - 1}) {
      const auto expected = exact_step(shape, key, words, exponent);

      const auto out = kernel_step(plan, key, words, exponent);

      // Rounding: numbers of 2^(base_log - 1) sqrt(rows N) in 53 bits, times the depth of the
      // transform; accumulators of 32 bits round the words on the way in and out.
      double worst = 0.0;
      for (std::size_t j = 0; j < out.size(); ++j) {
        worst = std::max(worst, std::abs(to_real(out[j] - expected[j])));
      }
      const double products = std::ldexp(1.0, shape.base_log - 53) *
                              std::sqrt(static_cast<double>(shape.rows() * shape.size)) * 8.0;
      EXPECT_LT(worst, products + (plan.layout().wide ? 0x1p-49 : 0x1p-31))
          << "exponent " << exponent;
    }
  }
}

/// What `count` of 16 ciphertexts become in two steps with a random key, one after the other.
std::vector<Torus> rotated(const RotationPlan& plan, std::size_t count) {
  constexpr std::size_t most = 16, steps = 2;
  RandomStream random(Seed{11});
  const RotationShape& shape = plan.shape();
  const std::size_t words = shape.components * shape.size;
  AlignedVector<double> key(steps * plan.key_doubles());
  for (std::size_t step = 0; step < steps; ++step) {
    const auto ggsw = random_words(shape.products() * shape.rows() * words, random);
    plan.pack_key(ggsw, std::span(key).subspan(step * plan.key_doubles(), plan.key_doubles()));
  }
  RotationWorkspace workspace(plan, most);
  const auto group = static_cast<std::size_t>(shape.group);
  std::vector<std::uint32_t> exponents(steps * group * workspace.capacity());
  for (auto& e : exponents) e = static_cast<std::uint32_t>(random.below(2 * shape.size));
  for (std::size_t c = 0; c < most; ++c) {
    plan.kernels().load(plan, random_words(words, random).data(), workspace.accumulator(c));
  }
  rotate_blindly(plan, {.steps = steps, .numbers = key}, exponents, count, workspace);
  std::vector<Torus> out(count * words);
  for (std::size_t c = 0; c < count; ++c) {
    plan.kernels().store(plan, workspace.accumulator(c), out.data() + c * words);
  }
  return out;
}

TEST_P(EveryShape, AResultIsTheSameToTheBitHoweverManyAreRotatedTogether) {
  for (const Kernels* kernels : testing_support::kernel_sets()) {
    for (const int group : {1, 2}) {
      SCOPED_TRACE(concat(kernels->name, ", group of ", group));
      RotationShape shape = GetParam().shape;
      shape.group = group;
      const RotationPlan plan(shape, *kernels);
      const std::vector<Torus> all = rotated(plan, 16);
      for (const std::size_t count : {1, 2, 3, 4, 5, 7, 9, 13}) {
        const std::vector<Torus> some = rotated(plan, count);
        EXPECT_TRUE(std::ranges::equal(some, std::span(all).first(some.size()))) << count;
      }
    }
  }
}

TEST(RotationPlan, FewCiphertextsAreRotatedOneByOne) {
  for (const Kernels* kernels : testing_support::kernel_sets()) {
    const RotationPlan plan({.components = 2, .size = 512, .base_log = 23, .levels = 1}, *kernels);
    EXPECT_EQ(plan.round_up_to_lanes(1), 1u) << kernels->name;
    EXPECT_EQ(plan.round_up_to_lanes(2), 2u) << kernels->name;
    EXPECT_EQ(plan.round_up_to_lanes(plan.lanes() + 1) % plan.lanes(), 0u) << kernels->name;
  }
}

constexpr RotationShape shape_of(std::size_t k, std::size_t size, int base_log, int levels) {
  return {.components = k + 1, .size = size, .base_log = base_log, .levels = levels, .group = 1};
}

INSTANTIATE_TEST_SUITE_P(Shapes, EveryShape,
                         ::testing::Values(Case{shape_of(1, 256, 23, 1), "k1_N256_l1"},
                                           Case{shape_of(2, 256, 15, 2), "k2_N256_l2"},
                                           Case{shape_of(3, 256, 8, 3), "k3_N256_l3"},
                                           Case{shape_of(4, 256, 7, 4), "k4_N256_l4"},
                                           Case{shape_of(5, 256, 23, 1), "k5_N256_l1"},
                                           Case{shape_of(6, 256, 17, 1), "k6_N256_l1"},
                                           Case{shape_of(1, 256, 11, 3), "k1_N256_l3_wide"},
                                           Case{shape_of(1, 512, 9, 4), "k1_N512_l4_wide"},
                                           Case{shape_of(4, 512, 23, 1), "k4_N512_l1"},
                                           Case{shape_of(2, 1024, 23, 1), "k2_N1024_l1"},
                                           Case{shape_of(1, 2048, 23, 1), "k1_N2048_l1"},
                                           Case{shape_of(1, 2048, 15, 2), "k1_N2048_l2"},
                                           Case{shape_of(1, 4096, 22, 1), "k1_N4096_l1"},
                                           Case{shape_of(1, 8192, 15, 2), "k1_N8192_l2"}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(RotationPlan, RefusesShapesThatItCannotRun) {
  expect_error(ErrorCode::invalid_argument, "coefficients, expected at least",
               [&] { RotationPlan(shape_of(0, 256, 8, 1), reference_kernels); });
  expect_error(ErrorCode::invalid_argument, "coefficients, expected a power",
               [&] { RotationPlan(shape_of(1, 300, 8, 1), reference_kernels); });
  expect_error(ErrorCode::invalid_argument, "bits, expected at least",
               [&] { RotationPlan(shape_of(1, 256, 16, 4), reference_kernels); });
}

}  // namespace
}  // namespace basalt::torus::rotation_test
