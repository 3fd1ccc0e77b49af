// One pass over the graph, which gives up where keys would meet.
#include "ir/stages.hpp"

#include <algorithm>

namespace basalt::ir {

std::vector<std::size_t> stages_of(const Graph& graph) {
  const std::size_t nodes = graph.nodes.size();
  const std::vector<std::size_t> together(nodes, 0);
  std::vector<std::size_t> stages(nodes, 0);
  std::vector<bool> after_table(nodes, false);  // some table lies before the value
  for (ValueId id = 0; id < nodes; ++id) {
    const std::vector<ValueId> inputs = inputs_of(graph.nodes[id]);
    if (inputs.empty()) continue;
    const std::size_t stage = stages[inputs.front()];
    const bool mixed =
        std::ranges::any_of(inputs, [&](ValueId input) { return stages[input] != stage; });
    if (mixed) return together;
    const bool after =
        std::ranges::any_of(inputs, [&](ValueId input) { return after_table[input]; });
    const Op& op = graph.nodes[id].op;
    if (std::holds_alternative<Round>(op) && after) return together;
    const bool is_table = std::holds_alternative<Lookup>(op);
    stages[id] = is_table && after ? stage + 1 : stage;
    after_table[id] = after || is_table || std::holds_alternative<Round>(op);
  }
  return stages;
}

}  // namespace basalt::ir
