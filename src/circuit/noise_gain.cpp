#include "circuit/noise_gain.hpp"

#include <algorithm>
#include <cmath>

namespace basalt::circuit {

using ir::Linear;
using ir::Lookup;
using ir::Round;
using ir::ValueId;

std::vector<std::vector<Gain>> gains_of(const ir::Graph& graph, const std::vector<int>& scales) {
  std::vector<std::vector<Gain>> gains;
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    const ir::Op& op = graph.nodes[id].op;
    std::vector<Gain> own(size_of(graph, id));
    if (std::holds_alternative<ir::Input>(op)) std::ranges::fill(own, Gain{1.0, 0.0});
    if (std::holds_alternative<Lookup>(op)) std::ranges::fill(own, Gain{0.0, 1.0});
    if (const auto* output = std::get_if<ir::Output>(&op)) own = gains[output->input];
    if (const auto* round = std::get_if<Round>(&op)) {
      own = gains[round->input];
      for (Gain& gain : own) gain.table += round->removed.value;
    }
    if (const auto* linear = std::get_if<Linear>(&op)) {
      for (const Linear::Term& term : linear->terms) {
        const double factor = std::ldexp(1.0, 2 * (scales[id] - scales[term.input]));
        for (std::size_t row = 0; row < own.size(); ++row) {
          for (std::size_t at = term.weights.row_start[row]; at < term.weights.row_start[row + 1];
               ++at) {
            const double weight = term.weights.weight[at];
            const Gain& input = gains[term.input][term.weights.column[at]];
            own[row].fresh += weight * weight * factor * input.fresh;
            own[row].table += weight * weight * factor * input.table;
          }
        }
      }
    }
    gains.push_back(std::move(own));
  }
  return gains;
}

}  // namespace basalt::circuit
