// The arrays of a key are all of its memory, and equal keys have equal ones.
#include "tfhe/key_memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tfhe/toy.hpp"

namespace basalt::tfhe::key_memory_test {
namespace {

std::size_t size_of(const std::vector<std::span<const std::byte>>& arrays) {
  std::size_t sum = 0;
  for (const auto& array : arrays) sum += array.size();
  return sum;
}

TEST(KeyMemory, IsAllOfAKeyAndEqualForEqualKeys) {
  const Parameters chain(toy_spec(8, 1, 256, {23, 1}), {toy_spec(6, 2, 512, {15, 2})});
  Toy toy(chain);
  const EvaluationKey again(toy.seeded, toy.key.kernels(), toy.team);

  const auto one = memory_of(toy.key), other = memory_of(again);

  EXPECT_EQ(size_of(one), toy.key.memory().value);
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_TRUE(std::ranges::equal(one[i], other[i]));
    EXPECT_NE(one[i].data(), other[i].data());
  }
}

}  // namespace
}  // namespace basalt::tfhe::key_memory_test
