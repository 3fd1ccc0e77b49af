// What a model means in integers: a graph of linear layers and table look-ups.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

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

  static SparseMatrix from_dense(const Matrix<std::int64_t>& dense);
  static SparseMatrix identity(std::size_t size);
};

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
struct Lookup {
  ValueId input = 0;
  Bits bits{0};
  bool wraps = false;
  Integer offset = 0;                   ///< Padded only.
  /// Low bits that the table does not see: u is divided by 2^dropped and rounded half up first.
  /// Elements near the middle between two steps may fall to either side under encryption.
  Bits dropped{0};
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

struct Node {
  std::string name;  ///< For people: "fc0", "act0", "logits".
  std::variant<Input, Linear, Lookup, Round, Output> op;
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

/// Exact worst case of every element of every value, by interval arithmetic on integers. The
/// elements of a wrapping Lookup's input are reported as plain integers: they may wrap later.
std::vector<std::vector<Range>> ranges_of(const Graph& graph);

/// The reference meaning: all outputs concatenated, for one row of inputs.
/// Errors: invalid_argument if an input or the index of a padded table is out of range.
std::vector<Integer> evaluate(const Graph& graph, std::span<const Integer> inputs);

/// Every value of every node, for tests of single layers.
std::vector<std::vector<Integer>> evaluate_all(const Graph& graph, std::span<const Integer> inputs);

/// Batched evaluate. Shape: [rows x inputs] -> [rows x outputs].
Matrix<Integer> evaluate(const Graph& graph, const Matrix<Integer>& inputs);

}  // namespace basalt::ir
