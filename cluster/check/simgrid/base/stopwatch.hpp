// Simulated time, in place of src/base/stopwatch.hpp.
#pragma once

#include <simgrid/engine.h>

#include "base/strong.hpp"

namespace basalt {

/// Starts when it is made.
class Stopwatch {
 public:
  Seconds elapsed() const { return {simgrid_get_clock() - start_}; }

 private:
  double start_ = simgrid_get_clock();
};

}  // namespace basalt
