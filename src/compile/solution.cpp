// The id of a circuit with its parameters, and which of them serve which value.
#include <algorithm>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "compile/compile.hpp"
#include "ir/repeats.hpp"
#include "ir/stages.hpp"

namespace basalt::compile {

Digest Solution::id() const {
  return digest_of("circuit with parameters", *this);
}

int log2_parts_of(const Solution& solution, ir::ValueId id) {
  if (solution.log2_parts.empty()) return 0;
  require(solution.log2_parts.size() == solution.circuit.graph.nodes.size(),
          ErrorCode::invalid_argument, "circuit: shared rotations of ", solution.log2_parts.size(),
          " nodes, expected ", solution.circuit.graph.nodes.size());
  const int parts = solution.log2_parts[id];
  require(0 <= parts && parts <= 3, ErrorCode::invalid_argument, "circuit: node ", id, " reads 2^",
          parts, " tables in one rotation, expected 2^0 to 2^3");
  return parts;
}

std::size_t bootstraps_per_row(const Solution& solution) {
  const ir::Graph& graph = solution.circuit.graph;
  std::size_t sum = solution.circuit.bootstraps_per_row();
  for (ir::ValueId id = 0; id < graph.nodes.size(); ++id) {
    const auto* lookup = std::get_if<ir::Lookup>(&graph.nodes[id].op);
    const int parts = lookup == nullptr ? 0 : log2_parts_of(solution, id);
    if (parts > 0) sum -= lookup->table_of.size() - rotations(graph, lookup->input, parts);
  }
  return sum;
}

std::vector<std::size_t> sets_of_values(const Solution& solution) {
  const std::size_t sets = solution.parameters.sets();
  if (sets == 1) return std::vector<std::size_t>(solution.circuit.graph.nodes.size(), 0);
  std::vector<std::size_t> stages = ir::stages_of(solution.circuit.graph);
  const std::size_t needed = std::ranges::max(stages) + 1;
  require(sets == needed, ErrorCode::invalid_argument, "circuit: ", sets,
          " sets of parameters for ", needed, " stages");
  return stages;
}

}  // namespace basalt::compile
