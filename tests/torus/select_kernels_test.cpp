#include <gtest/gtest.h>

#include "base/error.hpp"
#include "torus/detail/kernel_table.hpp"

namespace basalt::torus::select_kernels_test {
namespace {

TEST(Kernels, ThePlainSetIsAlwaysFirst) {
  EXPECT_EQ(name_of(*available_kernels().front()), "reference");
}

TEST(Kernels, TheBestSetIsTheLast) {
  EXPECT_EQ(&best_kernels(), available_kernels().back());
}

TEST(Kernels, EverySetIsFoundByItsName) {
  for (const Kernels* set : available_kernels()) {
    EXPECT_EQ(&kernels_named(set->name), set);
  }
}

TEST(Kernels, AnUnknownNameIsRefusedWithTheKnownOnes) {
  try {
    kernels_named("abacus");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "kernels");
    EXPECT_NE(std::string(error.what()).find("reference"), std::string::npos);
  }
}

}  // namespace
}  // namespace basalt::torus::select_kernels_test
