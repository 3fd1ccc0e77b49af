// Compares the rows of a layer.
#include "ir/repeats.hpp"

#include <map>
#include <numeric>
#include <utility>

namespace basalt::ir {

std::vector<std::size_t> first_equals(const Graph& graph, ValueId value) {
  std::vector<std::size_t> first(size_of(graph, value));
  std::iota(first.begin(), first.end(), std::size_t{0});
  const auto* linear = std::get_if<Linear>(&graph.nodes[value].op);
  if (linear == nullptr) return first;
  std::map<std::vector<Integer>, std::size_t> seen;
  for (std::size_t row = 0; row < first.size(); ++row) {
    std::vector<Integer> content{linear->bias[row]};
    for (std::size_t term = 0; term < linear->terms.size(); ++term) {
      const SparseMatrix& weights = linear->terms[term].weights;
      for (std::size_t at = weights.row_start[row]; at < weights.row_start[row + 1]; ++at) {
        content.push_back(static_cast<Integer>(term));
        content.push_back(weights.column[at]);
        content.push_back(weights.weight[at]);
      }
    }
    first[row] = seen.emplace(std::move(content), row).first->second;
  }
  return first;
}

std::size_t rotations(const Graph& graph, ValueId value, int log2_tables_per_rotation) {
  std::map<std::size_t, std::size_t> tables;
  for (const std::size_t first : first_equals(graph, value)) ++tables[first];
  const std::size_t parts = std::size_t{1} << log2_tables_per_rotation;
  std::size_t sum = 0;
  for (const auto& [element, count] : tables) sum += (count + parts - 1) / parts;
  return sum;
}

}  // namespace basalt::ir
