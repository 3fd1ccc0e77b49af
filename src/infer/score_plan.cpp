// Reads a circuit for the server.
#include "infer/score_plan.hpp"

#include <algorithm>
#include <utility>

#include "base/overloaded.hpp"

namespace basalt::infer {
namespace {

using ir::ValueId;
using tfhe::Torus;

std::vector<ValueId> last_readers(const ir::Graph& graph) {
  std::vector<ValueId> last(graph.nodes.size(), 0);
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    for (const ValueId input : inputs_of(graph.nodes[id])) last[input] = id;
  }
  return last;
}

std::vector<std::vector<Torus>> weights_of(const ir::EncodedGraph& encoded, ValueId id,
                                           const ir::Linear& linear) {
  std::vector<std::vector<Torus>> all;
  for (const ir::Linear::Term& term : linear.terms) {
    const int shift = encoded.encodings[id].log2_scale - encoded.encodings[term.input].log2_scale;
    std::vector<Torus> words;
    for (const std::int32_t weight : term.weights.weight) {
      words.push_back(ir::torus_word(weight, shift));
    }
    all.push_back(std::move(words));
  }
  return all;
}

/// Layers with one reader, an output, may write to the scores directly.
std::vector<std::optional<std::size_t>> sent_layers(const ir::Graph& graph) {
  std::vector<std::size_t> readers(graph.nodes.size(), 0);
  std::vector<std::optional<std::size_t>> sent_from(graph.nodes.size());
  std::size_t offset = 0;
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    for (const ValueId input : inputs_of(graph.nodes[id])) ++readers[input];
    if (const auto* output = std::get_if<ir::Output>(&graph.nodes[id].op)) {
      const bool is_layer = std::holds_alternative<ir::Linear>(graph.nodes[output->input].op);
      if (is_layer) sent_from[output->input] = offset;
      offset += size_of(graph, id);
    }
  }
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    if (readers[id] != 1) sent_from[id].reset();
  }
  return sent_from;
}

}  // namespace

ScorePlan::ScorePlan(const circuit::Circuit& circuit)
    : stage_of(circuit::stages_of_values(circuit)),
      last_reader(last_readers(circuit.encoded.graph)),
      sent_from(sent_layers(circuit.encoded.graph)),
      outputs(circuit.encoded.output_count()),
      output_dimension(score_dimension(circuit)) {
  const ir::Graph& graph = circuit.encoded.graph;
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    const tfhe::Parameters& stage = circuit.parameters.stage(stage_of[id]);
    dimension.push_back(stage.big_dimension());
    weights.emplace_back();
    lookups.emplace_back();
    shared.emplace_back();
    const auto plan_lookup = [&](const ir::Lookup&) {
      lookups.back() = lookup_step(circuit.encoded, id, stage.N());
      const int parts = circuit::log2_tables_per_rotation_of(circuit, id);
      if (parts > 0) shared.back() = shared_rotations(circuit.encoded, id, stage.N(), parts);
    };
    std::visit(overloaded{[](const ir::Input&) {},
                          [&](const ir::Linear& linear) {
                            weights.back() = weights_of(circuit.encoded, id, linear);
                          },
                          plan_lookup, [](const ir::Round&) {}, [](const ir::Output&) {}},
               graph.nodes[id].op);
  }
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    if (dimension[id] != output_dimension) sent_from[id].reset();
  }
}

std::size_t score_dimension(const circuit::Circuit& circuit) {
  const std::vector<std::size_t> stage_of = circuit::stages_of_values(circuit);
  std::size_t longest = 0;
  for (const ir::OutputEncoding& plan : circuit.encoded.outputs) {
    longest = std::max(longest, circuit.parameters.stage(stage_of[plan.output]).big_dimension());
  }
  return longest;
}

}  // namespace basalt::infer
