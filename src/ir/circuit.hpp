// A graph with everything the encrypted evaluation needs to know about it.
#pragma once

#include <string>
#include <vector>

#include "ir/client.hpp"
#include "ir/graph.hpp"

namespace basalt::ir {

/// How a value lies on the torus, and what it costs. All elements of a value share it.
struct ValuePlan {
  /// An integer u is the torus word u * 2^log2_scale (mod 2^64).
  int log2_scale = 0;
  /// Bits of the table that reads the value (padded: below the padding bit); for an output, bits
  /// of the whole torus. 0 when nothing limits it.
  Bits bits{0};
  bool wraps = false;       ///< Read by a wrapping table: overflow is meant.
  Range range;              ///< Union over the elements.
  double norm2_fresh = 0.0; ///< 2-norm of the weights on fresh encryptions, worst element.
  double norm2_table = 0.0; ///< 2-norm of the weights on bootstrap outputs, worst element.
};

/// Decoding of one element of an output: integers are low, low + step, low + 2 step, ….
struct OutputElement {
  Integer low = 0;   ///< Smallest possible value.
  Integer step = 1;  ///< Distance of neighbouring possible values (2 when all are odd, …).
};

struct OutputPlan {
  ValueId output = 0;                   ///< The Output node.
  std::vector<OutputElement> elements;
};

/// One row of the layer table that `compile` and `inspect` print: a Linear and what reads it.
struct LayerSummary {
  std::string name;
  std::size_t neurons = 0, fan_in_max = 0;
  Integer l1_max = 0;
  int bits = 0;
  bool wraps = false;
  Integer range_low = 0, range_high = 0;
  double norm2 = 0.0;
  std::size_t bootstraps = 0;
};

/// A complete encrypted model without its parameters. Immutable once assembled.
struct Circuit {
  Graph graph;
  std::vector<ValuePlan> plans;     ///< One per node.
  std::vector<OutputPlan> outputs;  ///< One per Output node.
  Preprocessing preprocessing;
  Postprocessing postprocessing;
  std::string estimator;            ///< Name of the model family, for people.
  Digest model_id;                  ///< The model it was made from.

  std::size_t inputs() const;
  std::size_t bootstraps_per_row() const;
  std::vector<LayerSummary> layers() const;
  Digest id() const;
};

/// Errors: invalid_argument that names the node if a plan contradicts the graph.
void validate(const Circuit& circuit);

/// Stable text form, for golden tests and `inspect --text`.
std::string print(const Circuit& circuit);

}  // namespace basalt::ir
