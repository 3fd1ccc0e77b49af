// Writes layers that read layers as one sparse product.
#include "compile/fold.hpp"

#include <map>
#include <set>
#include <utility>

namespace basalt::compile {
namespace {

using ir::Integer;
using ir::Linear;
using ir::SparseMatrix;
using ir::ValueId;

/// a + b, element by element.
SparseMatrix sum(const SparseMatrix& a, const SparseMatrix& b) {
  // [a b] x [identity; identity]: the product merges equal columns and drops zeros.
  SparseMatrix beside{
      .rows = a.rows, .columns = 2 * a.columns, .row_start = {0}, .column = {}, .weight = {}};
  const auto shift = static_cast<std::uint32_t>(a.columns);
  for (std::size_t row = 0; row < a.rows; ++row) {
    for (std::size_t at = a.row_start[row]; at < a.row_start[row + 1]; ++at) {
      beside.column.push_back(a.column[at]);
      beside.weight.push_back(a.weight[at]);
    }
    for (std::size_t at = b.row_start[row]; at < b.row_start[row + 1]; ++at) {
      beside.column.push_back(b.column[at] + shift);
      beside.weight.push_back(b.weight[at]);
    }
    beside.row_start.push_back(static_cast<std::uint32_t>(beside.column.size()));
  }
  std::vector<std::uint32_t> both;
  for (std::size_t i = 0; i < 2 * a.columns; ++i) {
    both.push_back(static_cast<std::uint32_t>(i % a.columns));
  }
  return product(beside, SparseMatrix::selection(both, a.columns));
}

/// `linear` with every Linear among its inputs written out.
Linear folded(const ir::Graph& graph, const Linear& linear) {
  std::map<ValueId, SparseMatrix> terms;
  std::vector<Integer> bias = linear.bias;
  const auto add = [&terms](ValueId input, SparseMatrix weights) {
    const auto [place, is_new] = terms.try_emplace(input, weights);
    if (!is_new) place->second = sum(place->second, weights);
  };
  for (const Linear::Term& term : linear.terms) {
    const auto* inner = std::get_if<Linear>(&graph.nodes[term.input].op);
    if (inner == nullptr) {
      add(term.input, term.weights);
      continue;
    }
    for (const Linear::Term& below : inner->terms) {
      add(below.input, product(term.weights, below.weights));
    }
    const std::vector<Integer> constant = multiply(term.weights, inner->bias);
    for (std::size_t row = 0; row < bias.size(); ++row) bias[row] += constant[row];
  }
  Linear out{.terms = {}, .bias = std::move(bias)};
  for (auto& [input, weights] : terms) out.terms.push_back({input, std::move(weights)});
  return out;
}

/// Changes every reference of a node to another value.
template <class Rename>
void rename_inputs(ir::Node& node, Rename rename) {
  struct Writer {
    Rename& rename;
    void operator()(ir::Input&) const {}
    void operator()(Linear& linear) const {
      for (Linear::Term& term : linear.terms) term.input = rename(term.input);
    }
    void operator()(ir::Lookup& lookup) const { lookup.input = rename(lookup.input); }
    void operator()(ir::Round& round) const { round.input = rename(round.input); }
    void operator()(ir::Output& output) const { output.input = rename(output.input); }
  };
  std::visit(Writer{rename}, node.op);
}

ir::Graph without_unread(const ir::Graph& graph) {
  std::set<ValueId> read{0};
  for (ValueId id = graph.nodes.size(); id-- > 0;) {
    if (std::holds_alternative<ir::Output>(graph.nodes[id].op)) read.insert(id);
    if (!read.contains(id)) continue;
    for (const ValueId input : inputs_of(graph.nodes[id])) read.insert(input);
  }
  ir::Graph out;
  std::map<ValueId, ValueId> place;
  for (const ValueId id : read) {
    place[id] = out.nodes.size();
    out.nodes.push_back(graph.nodes[id]);
    rename_inputs(out.nodes.back(), [&place](ValueId input) { return place.at(input); });
  }
  return out;
}

}  // namespace

ir::Graph fold_linears(const ir::Graph& graph) {
  ir::Graph out = graph;
  for (ir::Node& node : out.nodes) {
    if (const auto* linear = std::get_if<Linear>(&node.op)) node.op = folded(out, *linear);
  }
  return without_unread(out);
}

}  // namespace basalt::compile
