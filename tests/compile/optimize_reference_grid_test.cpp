// The same comparison on a grid of queries: some minutes.
#include <gtest/gtest.h>

#include "compile/expect_reference.hpp"

namespace basalt::compile::optimize_reference_grid_test {
namespace {

TEST(OptimizeReferenceGrid, NoSetOfTheSpaceIsCheaperAndEveryLimitIsKept) {
  for (const int security : {80, 96, 112, 128, 132, 144, 160, 176, 192, 256}) {
    for (int bits = 1; bits <= 9; bits += security == 128 ? 1 : 4) {
      for (const double norm2 : {0.0, 1.0, 25.0, 3e5}) {
        for (const double p_error : {0x1p-14, 0x1p-40, 0x1p-128}) {
          reference::expect_cheapest({bits, norm2, p_error, security}, bits % 2 == 0);
        }
      }
    }
  }
}

}  // namespace
}  // namespace basalt::compile::optimize_reference_grid_test
