// A graph with everything the encrypted evaluation needs to know about it.
#pragma once

#include <string>
#include <vector>

#include "base/describe.hpp"
#include "ir/client.hpp"
#include "ir/graph.hpp"

namespace basalt::ir {

/// How a value lies on the torus, and what it costs. All elements of a value share it.
struct Encoding {
  /// An integer u is the torus word u * 2^log2_scale (mod 2^64).
  int log2_scale = 0;
  /// Bits of the table that reads the value (padded: below the padding bit); for an output, bits
  /// of the whole torus. 0 when nothing limits it.
  Bits bits{0};
  bool wraps = false;        ///< Read by a wrapping table: overflow is meant.
  Range range;               ///< Union over the elements.
  double norm2_fresh = 0.0;  ///< 2-norm of the weights on fresh encryptions, worst element.
  double norm2_table = 0.0;  ///< 2-norm of the weights on bootstrap outputs, worst element.
};

/// Decoding of one element of an output: integers are low, low + step, low + 2 step, ….
struct OutputElement {
  Integer low = 0;   ///< Smallest possible value.
  Integer step = 1;  ///< Distance of neighbouring possible values (2 when all are odd, …).
};

struct OutputEncoding {
  ValueId output = 0;  ///< The Output node.
  std::vector<OutputElement> elements;
};

/// One row of the layer table that `compile` and `inspect` print: a Linear and what reads it.
struct LayerSummary {
  std::string name;
  std::size_t neurons = 0, fan_in_max = 0;
  Integer l1_max = 0;
  /// Bits of the table that reads the layer; for an output, of the width of its range.
  int bits = 0;
  bool wraps = false;
  Integer range_low = 0, range_high = 0;
  double norm2 = 0.0;
  std::size_t bootstraps = 0;
};

/// A complete encrypted model without its parameters. Immutable once assembled.
struct EncodedGraph {
  Graph graph;
  std::vector<Encoding> encodings;      ///< One per node.
  std::vector<OutputEncoding> outputs;  ///< One per Output node.
  Preprocessing preprocessing;
  Postprocessing postprocessing;
  std::string estimator;  ///< Name of the model family, for people.
  Digest model_id;        ///< The model it was made from.

  std::size_t inputs() const;
  std::size_t output_count() const;  ///< Integers sent back per row.
  std::size_t bootstraps_per_row() const;
  /// Bits of the widest table; without tables, of the widest output.
  int max_bits() const;
  std::vector<LayerSummary> layers() const;
  Digest id() const;
};

/// Errors: invalid_argument that names the node if a plan contradicts the graph.
void validate(const EncodedGraph& encoded);

/// The log2_scale at which a bootstrap reads its input: one table step is half a torus divided by
/// 2^bits where the table is padded, the whole torus divided by 2^bits where it wraps.
int reading_scale(const Lookup& lookup);

/// The torus word of an integer at a scale.
std::uint64_t torus_word(Integer value, int log2_scale);

/// The integer of one output element from a noisy phase.
/// Source: wrap-around decoding on the grid low + step * t, half a step of margin on both sides.
Integer decode(const OutputElement& element, int log2_scale, std::uint64_t phase);

/// Stable text form, for golden tests and `inspect --text`.
std::string print(const EncodedGraph& encoded);

/// Outputs' elements as columns of numbers, the form in which they are stored.
struct OutputColumns {
  std::vector<Integer> low, step;
};
OutputColumns columns_of(const std::vector<OutputElement>& elements);
/// Errors: corrupt if the columns differ in length.
std::vector<OutputElement> elements_from(const OutputColumns& columns);

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Encoding> auto& plan) {
  visit("log2_scale", plan.log2_scale);
  visit("bits", plan.bits);
  visit("wraps", plan.wraps);
  visit("range_low", plan.range.low);
  visit("range_high", plan.range.high);
  visit("norm2_fresh", plan.norm2_fresh);
  visit("norm2_table", plan.norm2_table);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<OutputEncoding> auto& plan) {
  OutputColumns columns = columns_of(plan.elements);
  visit("output", plan.output);
  visit("low", columns.low);
  visit("step", columns.step);
  if constexpr (Visitor::reads) plan.elements = elements_from(columns);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<EncodedGraph> auto& encoded) {
  visit.part("graph", encoded.graph);
  visit.list("plans", encoded.encodings);
  visit.list("outputs", encoded.outputs);
  visit.part("preprocessing", encoded.preprocessing);
  visit.part("postprocessing", encoded.postprocessing);
  visit("estimator", encoded.estimator);
  visit("model_id", encoded.model_id);
}

}  // namespace basalt::ir
