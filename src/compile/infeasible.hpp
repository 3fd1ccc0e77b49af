// The answer where no parameters serve a circuit.
#pragma once

#include <string>

namespace basalt::compile {

/// Nothing in the search space fits: which layer, how many bits, what to change.
struct Infeasible {
  std::string reason;
};

}  // namespace basalt::compile
