// Chooses the tests of one source file in a program that holds the tests of many.
#pragma once

#include <string>

namespace basalt::testing_support {

/// Reads and removes `--file=PATH` (as in tests/PATH_test.cpp) from the arguments of a test
/// program and filters its tests to those of that file; without it all tests run.
///
/// Call it after InitGoogleTest. Returns what is wrong, or nothing.
std::string choose_file(int& count, char** arguments);

}  // namespace basalt::testing_support
