// Wall-clock time between two points of a program.
#pragma once

#include <chrono>

#include "base/strong.hpp"

namespace basalt {

/// Starts when it is made. Timings never enter digests or results.
class Stopwatch {
 public:
  Seconds elapsed() const {
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count()};
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace basalt
