// Rewrites the read-out of a graph and its combination by the client.
#include "compile/candidates.hpp"

#include <bit>
#include <utility>

namespace basalt::compile {
namespace {

using ir::Integer;
using ir::Linear;
using ir::SparseMatrix;
using ir::ValueId;

/// The last layer of a graph with one output: terms on table values, and the rest (the skip).
struct Readout {
  ValueId layer = 0;
  std::vector<Linear::Term> tables, skip;
  std::vector<Integer> bias;
  std::size_t neurons = 0;  ///< Table values over all terms.
};

std::optional<Readout> readout_of(const ir::Graph& graph) {
  const std::size_t nodes = graph.nodes.size();
  const auto* output = std::get_if<ir::Output>(&graph.nodes[nodes - 1].op);
  if (nodes < 2 || output == nullptr || output->input + 2 != nodes) return std::nullopt;
  const auto* linear = std::get_if<Linear>(&graph.nodes[output->input].op);
  if (linear == nullptr) return std::nullopt;
  Readout readout{output->input, {}, {}, linear->bias, 0};
  for (const Linear::Term& term : linear->terms) {
    const bool is_table = std::holds_alternative<ir::Lookup>(graph.nodes[term.input].op);
    (is_table ? readout.tables : readout.skip).push_back(term);
    if (is_table) readout.neurons += term.weights.columns;
  }
  if (readout.tables.empty()) return std::nullopt;
  return readout;
}

/// A matrix under construction, row by row.
struct ReadOutRows {
  SparseMatrix matrix;
  explicit ReadOutRows(std::size_t columns)
      : matrix{.rows = 0, .columns = columns, .row_start = {0}, .column = {}, .weight = {}} {}
  void add(std::size_t column, std::int32_t weight) {
    matrix.column.push_back(static_cast<std::uint32_t>(column));
    matrix.weight.push_back(weight);
  }
  void end_row() {
    matrix.row_start.push_back(static_cast<std::uint32_t>(matrix.column.size()));
    ++matrix.rows;
  }
};

/// Rows (class, group) of one term: the weights of the neurons `first`, `first` + 1, … that fall in
/// each group of `size` neurons.
SparseMatrix grouped(const SparseMatrix& weights, std::size_t first, std::size_t size,
                     std::size_t groups) {
  ReadOutRows rows(weights.columns);
  for (std::size_t row = 0; row < weights.rows; ++row) {
    std::size_t at = weights.row_start[row];
    for (std::size_t group = 0; group < groups; ++group) {
      while (at < weights.row_start[row + 1] && (first + weights.column[at]) / size == group) {
        rows.add(weights.column[at], weights.weight[at]);
        ++at;
      }
      rows.end_row();
    }
  }
  return rows.matrix;
}

/// Appends the skip as a layer and an output of their own; returns its number of elements.
std::size_t append_skip(const Readout& readout, ir::Graph& graph, std::vector<ir::Node>& outputs) {
  if (readout.skip.empty()) return 0;
  outputs.push_back({"skip scores", ir::Output{graph.nodes.size()}});
  graph.nodes.push_back(
      {"skip", Linear{readout.skip, std::vector<Integer>(readout.bias.size(), 0)}});
  return readout.bias.size();
}

/// `lowered` with other nodes after the last table, and the client's part of the last layer.
Lowered rewritten(const Lowered& lowered, ir::Graph graph, std::vector<ir::Node> outputs,
                  const SparseMatrix& combine, const std::vector<Integer>& bias) {
  Lowered out{std::move(graph), lowered.preprocessing, lowered.postprocessing};
  for (ir::Node& node : outputs) out.graph.nodes.push_back(std::move(node));
  ir::Postprocessing& post = out.postprocessing;
  const bool had_combine = post.combine.rows > 0;
  std::vector<Integer> constant = had_combine ? multiply(post.combine, bias) : bias;
  if (post.constant.empty()) post.constant.assign(constant.size(), 0);
  for (std::size_t i = 0; i < constant.size(); ++i) post.constant[i] += constant[i];
  post.combine = had_combine ? product(post.combine, combine) : combine;
  return out;
}

ir::Graph without_readout(const ir::Graph& graph, const Readout& readout) {
  ir::Graph out = graph;
  out.nodes.resize(readout.layer);
  return out;
}

Lowered split(const Lowered& lowered, const Readout& readout, std::size_t size) {
  const std::size_t scores = readout.bias.size();
  const std::size_t groups = (readout.neurons + size - 1) / size;
  ir::Graph graph = without_readout(lowered.graph, readout);
  Linear partial{.terms = {}, .bias = std::vector<Integer>(scores * groups, 0)};
  std::size_t first = 0;
  for (const Linear::Term& term : readout.tables) {
    partial.terms.push_back({term.input, grouped(term.weights, first, size, groups)});
    first += term.weights.columns;
  }
  std::vector<ir::Node> outputs{{"partial scores", ir::Output{graph.nodes.size()}}};
  graph.nodes.push_back({"partial sums", std::move(partial)});
  const std::size_t skips = append_skip(readout, graph, outputs);

  ReadOutRows combine(scores * groups + skips);
  for (std::size_t score = 0; score < scores; ++score) {
    for (std::size_t group = 0; group < groups; ++group) combine.add(score * groups + group, 1);
    if (skips > 0) combine.add(scores * groups + score, 1);
    combine.end_row();
  }
  return rewritten(lowered, std::move(graph), std::move(outputs), combine.matrix, readout.bias);
}

Lowered hidden(const Lowered& lowered, const Readout& readout) {
  const std::size_t scores = readout.bias.size();
  ir::Graph graph = without_readout(lowered.graph, readout);
  std::vector<ir::Node> outputs;
  for (const Linear::Term& term : readout.tables) {
    outputs.push_back({graph.nodes[term.input].name + " values", ir::Output{term.input}});
  }
  const std::size_t skips = append_skip(readout, graph, outputs);

  ReadOutRows combine(readout.neurons + skips);
  for (std::size_t score = 0; score < scores; ++score) {
    std::size_t first = 0;
    for (const Linear::Term& term : readout.tables) {
      const SparseMatrix& weights = term.weights;
      for (std::size_t at = weights.row_start[score]; at < weights.row_start[score + 1]; ++at) {
        combine.add(first + weights.column[at], weights.weight[at]);
      }
      first += weights.columns;
    }
    if (skips > 0) combine.add(readout.neurons + score, 1);
    combine.end_row();
  }
  return rewritten(lowered, std::move(graph), std::move(outputs), combine.matrix, readout.bias);
}

}  // namespace

std::vector<Candidate> readout_candidates(const Lowered& lowered) {
  std::vector<Candidate> candidates{{"whole", lowered}};
  const std::optional<Readout> readout = readout_of(lowered.graph);
  if (!readout) return candidates;
  const std::size_t scores = readout->bias.size();
  for (std::size_t size = std::bit_floor(readout->neurons - 1); size >= 2; size /= 2) {
    const std::size_t groups = (readout->neurons + size - 1) / size;
    if (scores * groups >= readout->neurons) break;  // as many outputs as the values themselves
    candidates.push_back({"split", split(lowered, *readout, size)});
  }
  candidates.push_back({"hidden", hidden(lowered, *readout)});
  return candidates;
}

}  // namespace basalt::compile
