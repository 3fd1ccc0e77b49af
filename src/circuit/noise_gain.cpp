#include "circuit/noise_gain.hpp"

#include <cmath>

#include "base/overloaded.hpp"

namespace basalt::circuit {

using ir::Linear;
using ir::ValueId;
using Gains = std::vector<std::vector<Gain>>;

namespace {

/// A layer multiplies each variance by the square of its weight, and by 4 for each bit that the
/// scale of its sums lies above the scale of the term.
std::vector<Gain> gains_after(const Linear& linear, int scale, const std::vector<int>& scales,
                              const Gains& gains) {
  std::vector<Gain> own(linear.bias.size());
  for (const Linear::Term& term : linear.terms) {
    const double factor = std::ldexp(1.0, 2 * (scale - scales[term.input]));
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
  return own;
}

}  // namespace

std::vector<std::vector<Gain>> gains_of(const ir::Graph& graph, const std::vector<int>& scales) {
  Gains gains;
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    gains.push_back(std::visit(
        overloaded{
            [](const ir::Input& input) {
              return std::vector<Gain>(input.size, Gain{1.0, 0.0});
            },
            [&](const Linear& linear) { return gains_after(linear, scales[id], scales, gains); },
            [](const ir::Lookup& lookup) {
              return std::vector<Gain>(lookup.table_of.size(), Gain{0.0, 1.0});
            },
            [&](const ir::Round& round) {
              std::vector<Gain> own = gains[round.input];
              for (Gain& gain : own) gain.table += round.removed.value;
              return own;
            },
            [&](const ir::Output& output) { return gains[output.input]; },
        },
        graph.nodes[id].op));
  }
  return gains;
}

}  // namespace basalt::circuit
