#include "torus/linear.hpp"

#include "base/error.hpp"
#include "base/random.hpp"

namespace basalt::torus {
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

}  // namespace
}  // namespace basalt::torus
