// Small graphs with the client's side around them.
#pragma once

#include <utility>

#include "compile/compile.hpp"
#include "support/graphs.hpp"

namespace basalt::testing {

/// A graph whose inputs are read from as many features of unit steps, whose outputs are classes.
inline compile::Lowered lowered(ir::Graph graph) {
  const ir::Input input = std::get<ir::Input>(graph.nodes.front().op);
  compile::Lowered out;
  for (std::size_t i = 0; i < input.size; ++i) {
    out.preprocessing.quantizers.emplace_back(
        quant::QuantizerSpec{.scale = 1.0, .zero_point = 0, .low = input.low, .high = input.high});
    out.preprocessing.feature_of.push_back(static_cast<std::uint32_t>(i));
  }
  const std::size_t scores = size_of(graph, graph.nodes.size() - 1);
  out.postprocessing.scale.assign(scores, 0.125);
  out.postprocessing.offset.assign(scores, 0.0);
  out.postprocessing.link = scores == 1 ? ir::Link::identity : ir::Link::softmax;
  for (std::size_t i = 0; scores > 1 && i < scores; ++i) {
    out.postprocessing.classes.push_back(std::to_string(i));
  }
  out.graph = std::move(graph);
  return out;
}

}  // namespace basalt::testing
