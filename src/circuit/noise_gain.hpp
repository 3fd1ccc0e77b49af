// How the noise of encryptions and tables adds up in the values of a graph.
#pragma once

#include <vector>

#include "ir/graph.hpp"

namespace basalt::circuit {

/// Multiples of the variances of a fresh encryption and of a bootstrap output.
struct Gain {
  double fresh = 0.0, table = 0.0;
};

/// Gains of every element of every value at its own scale (a power of two per value).
/// Noise: sources are taken as independent; the weights of one source are already merged.
std::vector<std::vector<Gain>> gains_of(const ir::Graph& graph, const std::vector<int>& scales);

}  // namespace basalt::circuit
