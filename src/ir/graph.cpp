// Shapes and rules of graphs, and the sparse matrices of their layers.
#include "ir/graph.hpp"

#include <limits>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "base/overloaded.hpp"

namespace basalt::ir {
namespace {

std::int32_t narrow_weight(Integer weight) {
  require(weight >= std::numeric_limits<std::int32_t>::min() &&
              weight <= std::numeric_limits<std::int32_t>::max(),
          ErrorCode::invalid_argument, "sparse matrix: weight ", weight,
          " does not fit 32 bits with sign");
  return static_cast<std::int32_t>(weight);
}

/// Throws for a node: "graph: node 2 (act0): ...".
template <class... Parts>
void require_node(bool condition, const Graph& graph, ValueId id, const Parts&... parts) {
  if (condition) return;
  throw Error(ErrorCode::invalid_argument,
              concat("graph: node ", id, " (", graph.nodes[id].name, "): ", parts...));
}

void validate_matrix(const Graph& graph, ValueId id, const SparseMatrix& matrix) {
  const auto sound = [&](bool condition) {
    require_node(condition, graph, id, "the sparse matrix is not sorted rows of non-zero weights");
  };
  sound(matrix.row_start.size() == matrix.rows + 1 && matrix.row_start.front() == 0);
  sound(matrix.row_start.back() == matrix.column.size());
  sound(matrix.column.size() == matrix.weight.size());
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    sound(matrix.row_start[row] <= matrix.row_start[row + 1]);
    for (std::size_t at = matrix.row_start[row]; at < matrix.row_start[row + 1]; ++at) {
      sound(matrix.column[at] < matrix.columns && matrix.weight[at] != 0);
      sound(at == matrix.row_start[row] || matrix.column[at - 1] < matrix.column[at]);
    }
  }
}

void validate_op(const Graph& graph, ValueId id, const Input& input) {
  require_node(input.size > 0, graph, id, "the input is empty");
  require_node(input.low <= input.high, graph, id, "the input's range is from ", input.low, " to ",
               input.high);
}

void validate_op(const Graph& graph, ValueId id, const Linear& linear) {
  require_node(!linear.terms.empty() && !linear.bias.empty(), graph, id, "a layer without terms");
  for (std::size_t t = 0; t < linear.terms.size(); ++t) {
    const Linear::Term& term = linear.terms[t];
    validate_matrix(graph, id, term.weights);
    require_node(term.weights.columns == size_of(graph, term.input), graph, id, "term ", t, " has ",
                 term.weights.columns, " columns, its input ", size_of(graph, term.input),
                 " elements");
    require_node(term.weights.rows == linear.bias.size(), graph, id, "term ", t, " has ",
                 term.weights.rows, " rows, the bias ", linear.bias.size());
    for (std::size_t other = 0; other < t; ++other) {
      require_node(linear.terms[other].input != term.input, graph, id, "terms ", other, " and ", t,
                   " read the same value; add their weights");
    }
  }
}

void validate_negacyclic(const Graph& graph, ValueId id, const Lookup& lookup) {
  const Eigen::Index half = lookup.tables.cols() / 2;
  for (Eigen::Index table = 0; table < lookup.tables.rows(); ++table) {
    const Integer constant = lookup.tables(table, 0) + lookup.tables(table, half);
    for (Eigen::Index m = 1; m < half; ++m) {
      require_node(lookup.tables(table, m) + lookup.tables(table, m + half) == constant, graph, id,
                   "table ", table, " wraps but is not negacyclic: entries ", m, " and ", m + half,
                   " do not add up to ", constant);
    }
  }
}

void validate_op(const Graph& graph, ValueId id, const Lookup& lookup) {
  const int bits = lookup.bits.value;
  require_node(1 <= bits && bits <= 17, graph, id, "tables of ", bits, " bits, expected 1 to 17");
  require_node(0 <= lookup.truncated_bits.value && lookup.truncated_bits.value <= 32, graph, id,
               "drops ", lookup.truncated_bits.value, " bits, expected 0 to 32");
  require_node(lookup.tables.rows() > 0 && lookup.tables.cols() == (Eigen::Index{1} << bits), graph,
               id, "tables of ", lookup.tables.cols(), " entries, expected 2^", bits);
  require_node(lookup.table_of.size() == size_of(graph, lookup.input), graph, id,
               "a table is named for ", lookup.table_of.size(), " elements of ",
               size_of(graph, lookup.input));
  for (const std::uint32_t table : lookup.table_of) {
    require_node(table < lookup.tables.rows(), graph, id, "table ", table, " of ",
                 lookup.tables.rows(), " is named");
  }
  if (!lookup.wraps) return;
  require_node(lookup.offset == 0, graph, id, "a wrapping table has no offset");
  validate_negacyclic(graph, id, lookup);
}

void validate_op(const Graph& graph, ValueId id, const Round& round) {
  require_node(1 <= round.removed.value && round.removed.value <= 32, graph, id, "removes ",
               round.removed.value, " bits, expected 1 to 32");
}

void validate_op(const Graph&, ValueId, const Output&) {}

/// The Input stands first and alone, Outputs last, and every node reads earlier values.
void validate_order(const Graph& graph, ValueId id) {
  const Op& op = graph.nodes[id].op;
  require_node(std::holds_alternative<Input>(op) == (id == 0), graph, id,
               "exactly one input is expected, as the first node");
  if (id > 0 && std::holds_alternative<Output>(graph.nodes[id - 1].op)) {
    require_node(std::holds_alternative<Output>(op), graph, id, "stands after an output");
  }
  for (const ValueId input : inputs_of(graph.nodes[id])) {
    require_node(input < id, graph, id, "reads node ", input, ", which does not stand before it");
    require_node(!std::holds_alternative<Output>(graph.nodes[input].op), graph, id,
                 "reads an output");
  }
}

}  // namespace

SparseMatrix SparseMatrix::from_dense(const Matrix<std::int64_t>& dense) {
  SparseMatrix sparse{.rows = static_cast<std::size_t>(dense.rows()),
                      .columns = static_cast<std::size_t>(dense.cols()),
                      .row_start = {0},
                      .column = {},
                      .weight = {}};
  for (Eigen::Index row = 0; row < dense.rows(); ++row) {
    for (Eigen::Index column = 0; column < dense.cols(); ++column) {
      if (dense(row, column) == 0) continue;
      sparse.column.push_back(static_cast<std::uint32_t>(column));
      sparse.weight.push_back(narrow_weight(dense(row, column)));
    }
    sparse.row_start.push_back(static_cast<std::uint32_t>(sparse.column.size()));
  }
  return sparse;
}

SparseMatrix SparseMatrix::identity(std::size_t size) {
  std::vector<std::uint32_t> columns(size);
  for (std::size_t i = 0; i < size; ++i) columns[i] = static_cast<std::uint32_t>(i);
  return selection(columns, size);
}

SparseMatrix SparseMatrix::selection(const std::vector<std::uint32_t>& columns, std::size_t size) {
  SparseMatrix sparse{.rows = columns.size(),
                      .columns = size,
                      .row_start = {},
                      .column = columns,
                      .weight = std::vector<std::int32_t>(columns.size(), 1)};
  for (std::size_t row = 0; row <= columns.size(); ++row) {
    sparse.row_start.push_back(static_cast<std::uint32_t>(row));
  }
  return sparse;
}

SparseMatrix product(const SparseMatrix& a, const SparseMatrix& b) {
  require(a.columns == b.rows, ErrorCode::invalid_argument, "sparse product: ", a.columns,
          " columns times ", b.rows, " rows");
  SparseMatrix out{
      .rows = a.rows, .columns = b.columns, .row_start = {0}, .column = {}, .weight = {}};
  std::map<std::uint32_t, Integer> row_sum;
  for (std::size_t row = 0; row < a.rows; ++row) {
    row_sum.clear();
    for (std::size_t i = a.row_start[row]; i < a.row_start[row + 1]; ++i) {
      const std::size_t inner = a.column[i];
      for (std::size_t j = b.row_start[inner]; j < b.row_start[inner + 1]; ++j) {
        row_sum[b.column[j]] += Integer{a.weight[i]} * b.weight[j];
      }
    }
    for (const auto& [column, weight] : row_sum) {
      if (weight == 0) continue;
      out.column.push_back(column);
      out.weight.push_back(narrow_weight(weight));
    }
    out.row_start.push_back(static_cast<std::uint32_t>(out.column.size()));
  }
  return out;
}

std::vector<Integer> multiply(const SparseMatrix& matrix, std::span<const Integer> vector) {
  require(vector.size() == matrix.columns, ErrorCode::invalid_argument, "sparse matrix of ",
          matrix.columns, " columns times a vector of ", vector.size());
  std::vector<Integer> out(matrix.rows);
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    for (std::size_t at = matrix.row_start[row]; at < matrix.row_start[row + 1]; ++at) {
      out[row] += matrix.weight[at] * vector[matrix.column[at]];
    }
  }
  return out;
}

Digest Graph::id() const {
  return digest_of("graph", *this);
}

std::vector<ValueId> inputs_of(const Node& node) {
  using Values = std::vector<ValueId>;
  return std::visit(overloaded{
                        [](const Input&) { return Values{}; },
                        [](const Linear& linear) {
                          Values inputs;
                          for (const Linear::Term& term : linear.terms)
                            inputs.push_back(term.input);
                          return inputs;
                        },
                        [](const Lookup& lookup) { return Values{lookup.input}; },
                        [](const Round& round) { return Values{round.input}; },
                        [](const Output& output) { return Values{output.input}; },
                    },
                    node.op);
}

std::size_t size_of(const Graph& graph, ValueId value) {
  return std::visit(overloaded{
                        [](const Input& input) { return input.size; },
                        [](const Linear& linear) { return linear.bias.size(); },
                        [](const Lookup& lookup) { return lookup.table_of.size(); },
                        [&](const Round& round) { return size_of(graph, round.input); },
                        [&](const Output& output) { return size_of(graph, output.input); },
                    },
                    graph.nodes.at(value).op);
}

void validate(const Graph& graph) {
  require(!graph.nodes.empty(), ErrorCode::invalid_argument, "graph: no nodes");
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    validate_order(graph, id);
    std::visit([&](const auto& op) { validate_op(graph, id, op); }, graph.nodes[id].op);
  }
  require(std::holds_alternative<Output>(graph.nodes.back().op), ErrorCode::invalid_argument,
          "graph: the last node is no output");
}

void set_kind(Op& op, std::uint8_t kind) {
  if (op.index() == kind) return;
  switch (kind) {
    case 0:
      op.emplace<Input>();
      return;
    case 1:
      op.emplace<Linear>();
      return;
    case 2:
      op.emplace<Lookup>();
      return;
    case 3:
      op.emplace<Round>();
      return;
    case 4:
      op.emplace<Output>();
      return;
    default:
      throw Error(ErrorCode::corrupt,
                  concat("graph: a node of kind ", static_cast<int>(kind), ", expected 0 to 4"));
  }
}

}  // namespace basalt::ir
