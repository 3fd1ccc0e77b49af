// Numbers and probabilities as people write them.
#pragma once

#include <string>

namespace basalt {

/// A probability as people write it: "2^-40", "10^-3", "6.3e-5", "0.001".
/// Errors: invalid_argument with the subject `name` unless it lies between 0 and 1.
double parse_probability(const std::string& name, const std::string& text);

}  // namespace basalt
