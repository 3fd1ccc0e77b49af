// What a model means in integers: a graph of linear layers and table look-ups.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/describe.hpp"
#include "base/digest.hpp"
#include "base/matrix.hpp"
#include "base/strong.hpp"

namespace basalt::ir {

using Integer = std::int64_t;
/// Position of the node that makes a value. A value is a vector of integers.
using ValueId = std::size_t;

/// Integer matrix by rows, zeros left out.
struct SparseMatrix {
  std::size_t rows = 0, columns = 0;
  std::vector<std::uint32_t> row_start;  ///< rows + 1 positions in `column` and `weight`.
  std::vector<std::uint32_t> column;     ///< Ascending in each row.
  std::vector<std::int32_t> weight;      ///< Never 0.

  /// Errors: invalid_argument if a weight does not fit 32 bits.
  static SparseMatrix from_dense(const Matrix<std::int64_t>& dense);
  static SparseMatrix identity(std::size_t size);
  /// Row i picks element columns[i] of a vector of `size` elements.
  static SparseMatrix selection(const std::vector<std::uint32_t>& columns, std::size_t size);

  /// Number of non-zero weights of a row.
  std::size_t fan_in(std::size_t row) const { return row_start[row + 1] - row_start[row]; }
};

/// The matrix of "first `b`, then `a`". Errors: invalid_argument if shapes do not fit or a weight
/// leaves 32 bits.
SparseMatrix product(const SparseMatrix& a, const SparseMatrix& b);

/// matrix x vector. Shape: [columns] -> [rows].
std::vector<Integer> multiply(const SparseMatrix& matrix, std::span<const Integer> vector);

/// The encrypted integers of the client, each in [low, high].
struct Input {
  std::size_t size = 0;
  Integer low = 0, high = 0;
};

/// sum over terms of weights x value, plus bias. One term: a layer; two: a skip connection; with
/// identity and selection matrices: addition, concatenation, pooling, convolution.
struct Linear {
  struct Term {
    ValueId input = 0;
    SparseMatrix weights;
  };
  std::vector<Term> terms;
  std::vector<Integer> bias;  ///< One per row; clear, and free under encryption.
};

/// One table look-up (a bootstrap) per element of the input.
///
/// Padded (wraps = false): element u must lie in [offset, offset + 2^bits - 1] and becomes
/// table[u - offset]. Wrapping (wraps = true): u becomes table[u mod 2^bits], and the table must be
/// negacyclic around a constant: table[m] + table[m + 2^(bits-1)] is the same for all m of a table.
/// With `truncated_bits` > 0, u stands for floor(u / 2^truncated_bits + 1/2) in the lines above.
struct Lookup {
  ValueId input = 0;
  Bits bits{0};
  bool wraps = false;
  Integer offset = 0;  ///< Padded only.
  /// Low bits that the table does not see: u is divided by 2^truncated_bits and rounded half up
  /// first; `offset` counts in the divided steps. Elements near the middle between two steps may
  /// fall to either side under encryption.
  Bits truncated_bits{0};
  Matrix<Integer> tables;               ///< Shape: [tables x 2^bits].
  std::vector<std::uint32_t> table_of;  ///< Table of each element.
};

/// Exact rounding by bit extraction: u becomes floor(u / 2^removed + 1/2) * 2^removed, one
/// bootstrap per removed bit and element.
struct Round {
  ValueId input = 0;
  Bits removed{0};
};

/// The integers that are sent back to the client.
struct Output {
  ValueId input = 0;
};

using Op = std::variant<Input, Linear, Lookup, Round, Output>;

struct Node {
  std::string name;  ///< For people: "fc0", "act0", "logits".
  Op op;
};

/// Nodes in topological order: exactly one Input, first; at least one Output, last.
struct Graph {
  std::vector<Node> nodes;
  Digest id() const;
};

/// Errors: invalid_argument that names the node, if ids, shapes, tables or order are wrong.
void validate(const Graph& graph);

/// Number of elements of a value.
std::size_t size_of(const Graph& graph, ValueId value);

/// Interval of a value, per element.
struct Range {
  Integer low = 0, high = 0;
};

/// The values that a node reads, in order; empty for Input.
std::vector<ValueId> inputs_of(const Node& node);

/// Exact worst case of every element of every value, by interval arithmetic on integers. The
/// elements of a wrapping Lookup's input are reported as plain integers: they may wrap later.
/// Through look-ups: the extremes of the table entries that the range can reach.
/// Errors: invalid_argument that names the node if a range leaves 62 bits.
std::vector<std::vector<Range>> ranges_of(const Graph& graph);

/// Distance of neighbouring possible integers of every element: a number that divides the
/// difference of any two of them; 0 for constants.
std::vector<std::vector<Integer>> steps_of(const Graph& graph);

/// The reference meaning: all outputs concatenated, for one row of inputs.
/// Errors: invalid_argument if an input or the index of a padded table is out of range.
std::vector<Integer> evaluate(const Graph& graph, std::span<const Integer> inputs);

/// Every value of every node, for tests of single layers.
std::vector<std::vector<Integer>> evaluate_all(const Graph& graph, std::span<const Integer> inputs);

/// Batched evaluate. Shape: [rows x inputs] -> [rows x outputs].
Matrix<Integer> evaluate(const Graph& graph, const Matrix<Integer>& inputs);

/// Position of `value` in the steps of the tables: floor(value / 2^truncated_bits + 1/2) - offset.
Integer table_position(const Lookup& lookup, Integer value);
/// The entry that `value` reads: its position, modulo 2^bits where the table wraps. May lie outside
/// a padded table.
Integer table_index(const Lookup& lookup, Integer value);

/// Makes `op` hold its alternative number `kind` (0 Input, 1 Linear, 2 Lookup, 3 Round, 4 Output)
/// unless it does already. Errors: corrupt if there is no such alternative.
void set_kind(Op& op, std::uint8_t kind);

template <class Visitor>
void describe(Visitor& visit, MaybeConst<SparseMatrix> auto& matrix) {
  visit("rows", matrix.rows);
  visit("columns", matrix.columns);
  visit("row_start", matrix.row_start);
  visit("column", matrix.column);
  visit("weight", matrix.weight);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Input> auto& input) {
  visit("size", input.size);
  visit("low", input.low);
  visit("high", input.high);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Linear::Term> auto& term) {
  visit("input", term.input);
  visit.part("weights", term.weights);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Linear> auto& linear) {
  visit.list("terms", linear.terms);
  visit("bias", linear.bias);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Lookup> auto& lookup) {
  visit("input", lookup.input);
  visit("bits", lookup.bits);
  visit("wraps", lookup.wraps);
  visit("offset", lookup.offset);
  visit("dropped", lookup.truncated_bits);
  visit("tables", lookup.tables);
  visit("table_of", lookup.table_of);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Round> auto& round) {
  visit("input", round.input);
  visit("removed", round.removed);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Output> auto& output) {
  visit("input", output.input);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Node> auto& node) {
  auto kind = static_cast<std::uint8_t>(node.op.index());
  visit("name", node.name);
  visit("kind", kind);
  if constexpr (Visitor::reads) set_kind(node.op, kind);
  std::visit([&](auto& op) { visit.part("op", op); }, node.op);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Graph> auto& graph) {
  visit.list("nodes", graph.nodes);
}

}  // namespace basalt::ir
