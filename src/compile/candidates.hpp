// Ways to read the last hidden layer: whole sums, partial sums, or its values themselves.
#pragma once

#include <string>
#include <vector>

#include "compile/compile.hpp"

namespace basalt::compile {

/// One way to share the last layer between server and client.
struct Candidate {
  std::string readout;  ///< "whole", "split" or "hidden".
  Lowered lowered;
};

/// The model itself ("whole") and, where its last layer sums table values, the same model with
/// sums of fewer and fewer neurons ("split") and with the last layer left to the client ("hidden").
///
/// For every row, combined(postprocessing, evaluate(graph)) is the same for all of them.
std::vector<Candidate> readout_candidates(const Lowered& lowered);

}  // namespace basalt::compile
