// Waiting for what other threads and processes do, with an end.
#pragma once

#include <chrono>
#include <thread>

namespace basalt::testing_support {

/// Looks every millisecond whether something holds, for two minutes at most. Returns whether it
/// came to hold; a test then says what it waited for.
template <class Condition>
[[nodiscard]] bool comes_true(const Condition& holds,
                              std::chrono::milliseconds limit = std::chrono::minutes(2)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace basalt::testing_support
