// The id of a circuit with its parameters, and which of them serve which value.
#include <algorithm>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "compile/compile.hpp"
#include "ir/stages.hpp"

namespace basalt::compile {

Digest Solution::id() const {
  return digest_of("circuit with parameters", *this);
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
