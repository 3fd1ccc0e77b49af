// Answers of the optimizer against the plain search of optimize_reference.hpp.
#include "compile/optimize_reference.hpp"

#include <gtest/gtest.h>

#include "compile/expect_reference.hpp"

namespace basalt::compile::optimize_reference_test {
namespace {

TEST(OptimizeReference, NoSetOfTheSpaceIsCheaperAndEveryLimitIsKept) {
  for (const reference::Query& query :
       {reference::Query{.bits = 1},
        {.bits = 4, .norm2 = 25.0, .p_error = 0x1p-128},
        {.bits = 6, .norm2 = 1e4},
        {.bits = 9},
        {.bits = 5, .norm2 = 9.0, .security = 80},
        {.bits = 3, .norm2 = 100.0, .security = 256},
        {.bits = 5, .norm2 = 3e5, .p_error = 0x1p-128, .security = 112}}) {
    reference::expect_cheapest(query);
  }
}

TEST(OptimizeReference, WhatFitsNowhereIsRefusedWithWhatWouldFit) {
  for (const reference::Query& query :
       {reference::Query{.bits = 10}, {.bits = 9, .security = 256}, {.bits = 8, .norm2 = 1e12}}) {
    reference::expect_refusal(query);
  }
}

}  // namespace
}  // namespace basalt::compile::optimize_reference_test
