// Steps of single ciphertexts, points in the lanes, against steps of ciphertexts side by side.
#include "torus/detail/points/point_rotation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "support/kernels.hpp"
#include "torus/detail/kernel_table.hpp"
#include "torus/detail/rotation_layout.hpp"
#include "torus/rotation.hpp"

namespace basalt::torus::point_rotation_test {
namespace {

/// Digits far from ties, which the two layouts may cut differently.
std::vector<Torus> clean_words(const RotationShape& shape, RandomStream& random) {
  std::vector<Torus> words(shape.components * shape.size);
  for (Torus& word : words) {
    for (int level = 1; level <= shape.levels; ++level) {
      const Torus digit = random.below((Torus{1} << shape.base_log) / 4);
      word += digit << (64 - shape.base_log * level);
    }
  }
  return words;
}

/// One step of ciphertexts with the same words, each with its own exponent.
std::vector<std::vector<Torus>> step(const RotationPlan& plan, std::span<const Torus> key,
                                     std::span<const Torus> words,
                                     std::span<const std::uint32_t> exponents) {
  AlignedVector<double> numbers(plan.key_doubles());
  plan.pack_key(key, numbers);
  const RotationKey packed{.steps = 1, .numbers = numbers};
  RotationWorkspace workspace(plan, exponents.size());
  std::vector<std::uint32_t> all(workspace.capacity());
  std::ranges::copy(exponents, all.begin());
  for (std::size_t c = 0; c < exponents.size(); ++c) {
    plan.kernels().load(plan, words.data(), workspace.accumulator(c));
  }
  rotate_blindly(plan, packed, all, exponents.size(), workspace);
  std::vector<std::vector<Torus>> out(exponents.size(), std::vector<Torus>(words.size()));
  for (std::size_t c = 0; c < exponents.size(); ++c) {
    plan.kernels().store(plan, workspace.accumulator(c), out[c].data());
  }
  return out;
}

constexpr RotationShape shape_of(std::size_t k, std::size_t size, int base_log, int levels) {
  return {.components = k + 1, .size = size, .base_log = base_log, .levels = levels, .group = 1};
}

TEST(PointRotation, AStepIsThatOfCiphertextsSideBySide) {
  RandomStream random(Seed{11});
  for (const Kernels* kernels : testing_support::kernel_sets()) {
    if (kernels == &reference_kernels) continue;
    SCOPED_TRACE(kernels->name);
    Kernels by_points = *kernels;
    by_points.lay_out = [](RotationPlan& plan) {
      plan.layout().by_points = true;
      detail::lay_out_points(name_of(plan.kernels()) == "avx2" ? 4 : 8, plan);
    };
    for (const RotationShape& shape :
         {shape_of(1, 8192, 23, 1), shape_of(3, 8192, 8, 3), shape_of(4, 8192, 22, 1),
          shape_of(2, 8192, 15, 2), shape_of(1, 8192, 11, 3), shape_of(1, 16384, 22, 1),
          shape_of(1, 16384, 11, 3), shape_of(1, 32768, 15, 2), shape_of(1, 65536, 11, 3)}) {
      const RotationPlan plan(shape, by_points);
      ASSERT_EQ(plan.lanes(), 2u);
      // A set's own layout is this one for large polynomials.
      const RotationPlan expected_plan(shape, shape.size < 16384 ? *kernels : reference_kernels);
      const auto words = clean_words(shape, random);
      std::vector<Torus> key(shape.rows() * shape.components * shape.size);
      for (Torus& word : key) word = random.next();
      const auto last = static_cast<std::uint32_t>(2 * shape.size - 1);
      const std::uint32_t exponents[] = {0u, 5u, 200u, last / 2 + 9, last};
      const auto expected = step(expected_plan, key, words, exponents);
      const auto out = step(plan, key, words, exponents);
      const double products = std::ldexp(1.0, shape.base_log - 53) *
                              std::sqrt(static_cast<double>(shape.rows() * shape.size)) * 16.0;
      for (std::size_t c = 0; c < out.size(); ++c) {
        double worst = 0.0;
        for (std::size_t j = 0; j < words.size(); ++j) {
          worst = std::max(worst, std::abs(to_real(out[c][j] - expected[c][j])));
        }
        EXPECT_LT(worst, products + (plan.layout().wide ? 0x1p-48 : 0x1p-30))
            << shape.size << " at " << exponents[c];
        EXPECT_EQ(step(plan, key, words, std::span(exponents).subspan(c, 1)).front(), out[c])
            << "alone, " << shape.size << " at " << exponents[c];
      }
    }
  }
}

}  // namespace
}  // namespace basalt::torus::point_rotation_test
