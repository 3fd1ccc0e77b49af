#include "torus/linear.hpp"

#include "base/error.hpp"
#include "base/random.hpp"

namespace basalt::torus::linear_test {
namespace {

TEST(Linear, AddsWeightedWordsModulo2To64OnEveryKernel) {
  for (const Kernels* kernels : available_kernels()) {
    SCOPED_TRACE(kernels->name);
    RandomStream random(Seed{1});
    for (const std::size_t count : {0, 1, 3, 8, 17, 2049}) {
      std::vector<Torus> in(count), out(count), expected(count);
      for (std::size_t i = 0; i < count; ++i) {
        in[i] = random.next();
        out[i] = expected[i] = random.next();
      }
      const Torus weight = 0 - random.below(100);
      for (std::size_t i = 0; i < count; ++i) expected[i] += weight * in[i];

      add_scaled(*kernels, out, in, weight);

      EXPECT_EQ(out, expected);
    }
  }
}

TEST(Linear, RefusesUnequalSizes) {
  std::vector<Torus> in(4), out(5);
  EXPECT_THROW(add_scaled(best_kernels(), out, in, 1), Error);
}

TEST(AddWeighted, EqualsOneTermAfterTheOtherOnEveryKernel) {
  MaskStream stream({3}, 0);
  // Short, negative, long and zero weights; a count that is no multiple of any block.
  const std::vector<Torus> weights{7, 0 - Torus{5}, Torus{1} << 40, 0, 0x123456789ABCDEFull};
  constexpr std::size_t count = 203;
  std::vector<std::vector<Torus>> inputs(weights.size(), std::vector<Torus>(count));
  std::vector<const Torus*> in;
  for (std::vector<Torus>& input : inputs) {
    stream.fill(input);
    in.push_back(input.data());
  }
  std::vector<Torus> start(count);
  stream.fill(start);
  std::vector<Torus> expected = start;
  for (std::size_t term = 0; term < weights.size(); ++term) {
    for (std::size_t i = 0; i < count; ++i) expected[i] += weights[term] * inputs[term][i];
  }

  for (const Kernels* kernels : available_kernels()) {
    std::vector<Torus> out = start;
    add_weighted(*kernels, out, in, weights);
    EXPECT_EQ(out, expected) << name_of(*kernels);
    EXPECT_THROW(add_weighted(*kernels, out, in, std::span(weights).first(2)), Error);
  }
}

}  // namespace
}  // namespace basalt::torus::linear_test
