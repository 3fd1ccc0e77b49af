// The id of a circuit with its parameters, and which of them serve which value.
#include "circuit/circuit.hpp"

#include <algorithm>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "base/overloaded.hpp"
#include "ir/repeats.hpp"
#include "ir/stages.hpp"

namespace basalt::circuit {

Digest Circuit::id() const {
  return digest_of("circuit with parameters", *this);
}

int log2_tables_per_rotation_of(const Circuit& circuit, ir::ValueId id) {
  if (circuit.log2_tables_per_rotation.empty()) return 0;
  require(circuit.log2_tables_per_rotation.size() == circuit.encoded.graph.nodes.size(),
          ErrorCode::invalid_argument, "circuit: shared rotations of ",
          circuit.log2_tables_per_rotation.size(), " nodes, expected ",
          circuit.encoded.graph.nodes.size());
  const int parts = circuit.log2_tables_per_rotation[id];
  require(0 <= parts && parts <= 3, ErrorCode::invalid_argument, "circuit: node ", id, " reads 2^",
          parts, " tables in one rotation, expected 2^0 to 2^3");
  return parts;
}

std::size_t bootstraps_per_row(const Circuit& circuit) {
  const ir::Graph& graph = circuit.encoded.graph;
  std::size_t sum = circuit.encoded.bootstraps_per_row();
  for (ir::ValueId id = 0; id < graph.nodes.size(); ++id) {
    const auto saved = [&](const ir::Lookup& lookup) {
      const int parts = log2_tables_per_rotation_of(circuit, id);
      if (parts > 0) sum -= lookup.table_of.size() - rotations(graph, lookup.input, parts);
    };
    std::visit(overloaded{[](const ir::Input&) {}, [](const ir::Linear&) {}, saved,
                          [](const ir::Round&) {}, [](const ir::Output&) {}},
               graph.nodes[id].op);
  }
  return sum;
}

std::vector<std::size_t> stages_of_values(const Circuit& circuit) {
  const std::size_t sets = circuit.parameters.stage_count();
  if (sets == 1) return std::vector<std::size_t>(circuit.encoded.graph.nodes.size(), 0);
  std::vector<std::size_t> stages = ir::stages_of(circuit.encoded.graph);
  const std::size_t needed = std::ranges::max(stages) + 1;
  require(sets == needed, ErrorCode::invalid_argument, "circuit: ", sets,
          " sets of parameters for ", needed, " stages");
  return stages;
}

}  // namespace basalt::circuit
