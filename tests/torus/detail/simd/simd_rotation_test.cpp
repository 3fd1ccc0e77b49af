#include "torus/detail/simd/simd_rotation.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "support/kernels.hpp"
#include "torus/detail/kernel_table.hpp"
#include "torus/detail/rotation_layout.hpp"
#include "torus/rotation.hpp"

namespace basalt::torus::simd_rotation_test {
namespace {

RotationShape shape_of(int base_log, int levels) {
  return {.components = 3, .size = 512, .base_log = base_log, .levels = levels, .group = 1};
}

std::vector<Torus> random_words(std::size_t count) {
  RandomStream random(Seed{3});
  std::vector<Torus> words(count);
  for (Torus& word : words) word = random.next();
  return words;
}

TEST(VectorKernels, AccumulatorsOf32BitsKeepTheUpperHalfOfWords) {
  for (const Kernels* kernels : testing_support::kernel_sets()) {
    if (kernels == &reference_kernels) continue;
    const RotationPlan plan(shape_of(23, 1), *kernels);
    const std::vector<Torus> words = random_words(3 * 512);
    std::vector<Torus> out(words.size());
    RotationWorkspace workspace(plan, 1);

    kernels->load(plan, words.data(), workspace.accumulator(0));
    kernels->store(plan, workspace.accumulator(0), out.data());

    EXPECT_FALSE(plan.layout().wide);
    for (std::size_t i = 0; i < words.size(); ++i) {
      EXPECT_EQ(out[i], ((words[i] - i % 2) >> 32 << 32) + (Torus{1} << 31));
    }
  }
}

TEST(VectorKernels, MoreThan30BitsOfDigitsNeedWholeWords) {
  for (const Kernels* kernels : testing_support::kernel_sets()) {
    if (kernels == &reference_kernels) continue;
    EXPECT_FALSE(RotationPlan(shape_of(15, 2), *kernels).layout().wide);
    const RotationPlan plan(shape_of(11, 3), *kernels);
    EXPECT_TRUE(plan.layout().wide);
    const std::vector<Torus> words = random_words(3 * 512);
    std::vector<Torus> out(words.size());
    RotationWorkspace workspace(plan, 1);

    kernels->load(plan, words.data(), workspace.accumulator(0));
    kernels->store(plan, workspace.accumulator(0), out.data());

    EXPECT_EQ(out, words);
  }
}

}  // namespace
}  // namespace basalt::torus::simd_rotation_test
