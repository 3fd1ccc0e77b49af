// One pass over the graph, which gives up where keys would meet.
#include "ir/stages.hpp"

#include <algorithm>

#include "base/overloaded.hpp"

namespace basalt::ir {
namespace {

/// What a node does with the ciphertexts that it reads.
enum class Reading { passes_on, rounds, looks_up };

Reading reading_of(const Op& op) {
  return std::visit(overloaded{[](const Input&) { return Reading::passes_on; },
                               [](const Linear&) { return Reading::passes_on; },
                               [](const Lookup&) { return Reading::looks_up; },
                               [](const Round&) { return Reading::rounds; },
                               [](const Output&) { return Reading::passes_on; }},
                    op);
}

}  // namespace

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
    const Reading reading = reading_of(graph.nodes[id].op);
    if (reading == Reading::rounds && after) return together;
    stages[id] = reading == Reading::looks_up && after ? stage + 1 : stage;
    after_table[id] = after || reading != Reading::passes_on;
  }
  return stages;
}

}  // namespace basalt::ir
