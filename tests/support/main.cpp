// The main of test programs: all tests, or with `--file=base/random` those of one source.
#include <gtest/gtest.h>

#include <cstdio>

#include "support/one_file.hpp"

int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  const std::string wrong = basalt::testing_support::choose_file(count, arguments);
  if (!wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    return 2;
  }
  return RUN_ALL_TESTS();
}
