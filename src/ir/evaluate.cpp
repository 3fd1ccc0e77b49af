// The reference meaning of graphs: plain integers, one row or many.
#include <algorithm>

#include "base/error.hpp"
#include "ir/graph.hpp"

namespace basalt::ir {
namespace {

/// Rows that are evaluated together: long enough for straight loops, short enough for the cache.
constexpr Eigen::Index block_rows = 128;

/// One value of a block of rows. Shape: [elements x rows].
using Block = Matrix<Integer>;

[[noreturn]] void refuse_index(const Graph& graph, ValueId id, std::size_t element, Integer value) {
  const auto& lookup = std::get<Lookup>(graph.nodes[id].op);
  throw Error(
      ErrorCode::invalid_argument,
      concat("evaluate: node ", id, " (", graph.nodes[id].name, "): element ", element, " is ",
             value, ", outside the table of ", lookup.bits.value, " bits from ", lookup.offset));
}

/// Computes one node for a block of rows.
struct BlockEvaluator {
  const Graph& graph;
  ValueId id;
  const std::vector<Block>& values;
  const Block& inputs;

  Block operator()(const Input& input) const {
    require(inputs.rows() == static_cast<Eigen::Index>(input.size), ErrorCode::invalid_argument,
            "evaluate: ", inputs.rows(), " inputs, the graph takes ", input.size);
    for (const Integer value : inputs.reshaped()) {
      require(input.low <= value && value <= input.high, ErrorCode::invalid_argument,
              "evaluate: input ", value, " is outside ", input.low, " to ", input.high);
    }
    return inputs;
  }

  Block operator()(const Linear& linear) const {
    Block out(static_cast<Eigen::Index>(linear.bias.size()), inputs.cols());
    for (Eigen::Index row = 0; row < out.rows(); ++row) {
      out.row(row).setConstant(linear.bias[static_cast<std::size_t>(row)]);
    }
    for (const Linear::Term& term : linear.terms) add_term(term, out);
    return out;
  }

  void add_term(const Linear::Term& term, Block& out) const {
    const Block& input = values[term.input];
    for (std::size_t row = 0; row < term.weights.rows; ++row) {
      Integer* sum = out.row(static_cast<Eigen::Index>(row)).data();
      for (std::size_t at = term.weights.row_start[row]; at < term.weights.row_start[row + 1];
           ++at) {
        const Integer weight = term.weights.weight[at];
        const Integer* source =
            input.row(static_cast<Eigen::Index>(term.weights.column[at])).data();
        for (Eigen::Index i = 0; i < out.cols(); ++i) sum[i] += weight * source[i];
      }
    }
  }

  Block operator()(const Lookup& lookup) const {
    const Block& input = values[lookup.input];
    Block out(input.rows(), input.cols());
    for (Eigen::Index element = 0; element < input.rows(); ++element) {
      const auto place = static_cast<std::size_t>(element);
      const Integer* table =
          lookup.tables.row(static_cast<Eigen::Index>(lookup.table_of[place])).data();
      for (Eigen::Index i = 0; i < input.cols(); ++i) {
        const Integer index = table_index(lookup, input(element, i));
        if (index < 0 || index >= lookup.tables.cols()) {
          refuse_index(graph, id, place, input(element, i));
        }
        out(element, i) = table[index];
      }
    }
    return out;
  }

  Block operator()(const Round& round) const {
    const int removed = round.removed.value;
    const Integer half = Integer{1} << (removed - 1);
    return values[round.input].unaryExpr(
        [=](Integer value) { return ((value + half) >> removed) << removed; });
  }

  Block operator()(const Output& output) const { return values[output.input]; }
};

std::vector<Block> evaluate_block(const Graph& graph, const Block& inputs) {
  std::vector<Block> values;
  values.reserve(graph.nodes.size());
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    values.push_back(std::visit(BlockEvaluator{graph, id, values, inputs}, graph.nodes[id].op));
  }
  return values;
}

std::size_t output_count(const Graph& graph) {
  std::size_t count = 0;
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    if (std::holds_alternative<Output>(graph.nodes[id].op)) count += size_of(graph, id);
  }
  return count;
}

}  // namespace

std::vector<std::vector<Integer>> evaluate_all(const Graph& graph,
                                               std::span<const Integer> inputs) {
  const Block column =
      Eigen::Map<const Block>(inputs.data(), static_cast<Eigen::Index>(inputs.size()), 1);
  std::vector<std::vector<Integer>> all;
  for (const Block& value : evaluate_block(graph, column)) {
    all.emplace_back(value.data(), value.data() + value.size());
  }
  return all;
}

std::vector<Integer> evaluate(const Graph& graph, std::span<const Integer> inputs) {
  const std::vector<std::vector<Integer>> all = evaluate_all(graph, inputs);
  std::vector<Integer> outputs;
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    if (!std::holds_alternative<Output>(graph.nodes[id].op)) continue;
    outputs.insert(outputs.end(), all[id].begin(), all[id].end());
  }
  return outputs;
}

Matrix<Integer> evaluate(const Graph& graph, const Matrix<Integer>& inputs) {
  Matrix<Integer> out(inputs.rows(), static_cast<Eigen::Index>(output_count(graph)));
  for (Eigen::Index first = 0; first < inputs.rows(); first += block_rows) {
    const Eigen::Index rows = std::min(block_rows, inputs.rows() - first);
    const std::vector<Block> values =
        evaluate_block(graph, inputs.middleRows(first, rows).transpose());
    Eigen::Index column = 0;
    for (ValueId id = 0; id < graph.nodes.size(); ++id) {
      if (!std::holds_alternative<Output>(graph.nodes[id].op)) continue;
      out.block(first, column, rows, values[id].rows()) = values[id].transpose();
      column += values[id].rows();
    }
  }
  return out;
}

}  // namespace basalt::ir
