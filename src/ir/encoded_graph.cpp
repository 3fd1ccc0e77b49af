// Summaries and rules of circuits.
#include "ir/encoded_graph.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "base/overloaded.hpp"

namespace basalt::ir {
namespace {

template <class... Parts>
void require_plan(bool condition, const EncodedGraph& encoded, ValueId id, const Parts&... parts) {
  if (condition) return;
  throw Error(ErrorCode::invalid_argument,
              concat("circuit: node ", id, " (", encoded.graph.nodes[id].name, "): ", parts...));
}

/// Bits that hold every integer of a range of this width.
int width_bits(Range range) {
  return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(range.high - range.low)));
}

/// Fan-in and sums of absolute weights of a layer.
void add_weights(LayerSummary& layer, const Linear& linear) {
  for (std::size_t row = 0; row < linear.bias.size(); ++row) {
    std::size_t fan_in = 0;
    Integer l1 = 0;
    for (const Linear::Term& term : linear.terms) {
      fan_in += term.weights.fan_in(row);
      for (std::size_t at = term.weights.row_start[row]; at < term.weights.row_start[row + 1];
           ++at) {
        l1 += std::abs(Integer{term.weights.weight[at]});
      }
    }
    layer.fan_in_max = std::max(layer.fan_in_max, fan_in);
    layer.l1_max = std::max(layer.l1_max, l1);
  }
}

/// A value that is no Linear counts as one weight of 1.
void add_weights(LayerSummary& layer, const Op& op) {
  const auto one_weight = [&] { layer.fan_in_max = 1, layer.l1_max = 1; };
  std::visit(overloaded{[&](const Linear& linear) { add_weights(layer, linear); },
                        [&](const Input&) { one_weight(); }, [&](const Lookup&) { one_weight(); },
                        [&](const Round&) { one_weight(); }, [&](const Output&) { one_weight(); }},
             op);
}

LayerSummary summary_of(const EncodedGraph& encoded, ValueId value) {
  const Encoding& plan = encoded.encodings[value];
  LayerSummary layer;
  layer.name = encoded.graph.nodes[value].name;
  layer.neurons = size_of(encoded.graph, value);
  layer.range_low = plan.range.low;
  layer.range_high = plan.range.high;
  layer.norm2 = std::hypot(plan.norm2_fresh, plan.norm2_table);
  add_weights(layer, encoded.graph.nodes[value].op);
  return layer;
}

std::size_t bootstraps_of(const Graph& graph, ValueId id) {
  const auto none = [](const auto&) { return std::size_t{0}; };
  return std::visit(overloaded{
                        [&](const Input& op) { return none(op); },
                        [&](const Linear& op) { return none(op); },
                        [](const Lookup& lookup) { return lookup.table_of.size(); },
                        [&](const Round& round) {
                          return size_of(graph, id) * static_cast<std::size_t>(round.removed.value);
                        },
                        [&](const Output& op) { return none(op); },
                    },
                    graph.nodes[id].op);
}

void validate_scales(const EncodedGraph& encoded, ValueId id) {
  const Node& node = encoded.graph.nodes[id];
  const int scale = encoded.encodings[id].log2_scale;
  require_plan(0 <= scale && scale <= 63, encoded, id, "scale 2^", scale, ", expected 2^0 to 2^63");
  const auto equal_scale = [&](ValueId input) {
    const int above = encoded.encodings[input].log2_scale;
    require_plan(above == scale, encoded, id, "scale 2^", scale, " is not 2^", above, " of node ",
                 input);
  };
  std::visit(overloaded{
                 [](const Input&) {},
                 [&](const Linear& linear) {
                   for (const Linear::Term& term : linear.terms) {
                     const int above = encoded.encodings[term.input].log2_scale;
                     require_plan(above <= scale, encoded, id, "scale 2^", scale, " is below 2^",
                                  above, " of node ", term.input);
                   }
                 },
                 [&](const Lookup& lookup) {
                   const int above = encoded.encodings[lookup.input].log2_scale;
                   require_plan(above <= reading_scale(lookup), encoded, id, "reads at scale 2^",
                                reading_scale(lookup), ", below 2^", above, " of node ",
                                lookup.input);
                 },
                 [&](const Round& round) { equal_scale(round.input); },
                 [&](const Output& output) { equal_scale(output.input); },
             },
             node.op);
}

void validate_output(const EncodedGraph& encoded, const OutputEncoding& plan) {
  const ValueId id = plan.output;
  require(
      id < encoded.graph.nodes.size() && std::holds_alternative<Output>(encoded.graph.nodes[id].op),
      ErrorCode::invalid_argument, "circuit: node ", id, " is planned as an output");
  require_plan(plan.elements.size() == size_of(encoded.graph, id), encoded, id, "decodes ",
               plan.elements.size(), " elements of ", size_of(encoded.graph, id));
  for (const OutputElement& element : plan.elements) {
    require_plan(element.step >= 1, encoded, id, "decoding step ", element.step);
  }
}

}  // namespace

std::size_t EncodedGraph::inputs() const {
  return size_of(graph, 0);
}

std::size_t EncodedGraph::output_count() const {
  std::size_t count = 0;
  for (const OutputEncoding& plan : outputs) count += plan.elements.size();
  return count;
}

std::size_t EncodedGraph::bootstraps_per_row() const {
  std::size_t count = 0;
  for (ValueId id = 0; id < graph.nodes.size(); ++id) count += bootstraps_of(graph, id);
  return count;
}

int EncodedGraph::max_bits() const {
  int table_bits = 0, output_bits = 0;
  for (const Node& node : graph.nodes) {
    const auto* lookup = std::get_if<Lookup>(&node.op);
    if (lookup != nullptr) table_bits = std::max(table_bits, lookup->bits.value);
  }
  for (const LayerSummary& layer : layers()) output_bits = std::max(output_bits, layer.bits);
  return table_bits > 0 ? table_bits : output_bits;
}

std::vector<LayerSummary> EncodedGraph::layers() const {
  std::vector<LayerSummary> layers;
  for (ValueId id = 0; id < graph.nodes.size(); ++id) {
    const auto add = [&](ValueId value) -> LayerSummary& {
      LayerSummary layer = summary_of(*this, value);
      layer.bits = width_bits(encodings[value].range);
      layer.bootstraps = bootstraps_of(graph, id);
      return layers.emplace_back(std::move(layer));
    };
    std::visit(overloaded{
                   [](const Input&) {},
                   [](const Linear&) {},
                   [&](const Lookup& lookup) {
                     LayerSummary& layer = add(lookup.input);
                     layer.bits = lookup.bits.value;
                     layer.wraps = lookup.wraps;
                   },
                   [&](const Round& round) { add(round.input); },
                   [&](const Output& output) {
                     if (std::holds_alternative<Linear>(graph.nodes[output.input].op)) {
                       add(output.input);
                     }
                   },
               },
               graph.nodes[id].op);
  }
  return layers;
}

Digest EncodedGraph::id() const {
  return digest_of("circuit", *this);
}

void validate(const EncodedGraph& encoded) {
  validate(encoded.graph);
  const std::size_t nodes = encoded.graph.nodes.size();
  require(encoded.encodings.size() == nodes, ErrorCode::invalid_argument,
          "circuit: ", encoded.encodings.size(), " plans for ", nodes, " nodes");
  for (ValueId id = 0; id < nodes; ++id) validate_scales(encoded, id);
  for (const OutputEncoding& plan : encoded.outputs) validate_output(encoded, plan);
  const auto expected = std::ranges::count_if(encoded.graph.nodes, [](const Node& node) {
    return std::holds_alternative<Output>(node.op);
  });
  require(encoded.outputs.size() == static_cast<std::size_t>(expected), ErrorCode::invalid_argument,
          "circuit: ", encoded.outputs.size(), " output plans for ", expected, " outputs");
}

int reading_scale(const Lookup& lookup) {
  return (lookup.wraps ? 64 : 63) - lookup.bits.value - lookup.truncated_bits.value;
}

std::uint64_t torus_word(Integer value, int log2_scale) {
  return static_cast<std::uint64_t>(value) << log2_scale;
}

Integer decode(const OutputElement& element, int log2_scale, std::uint64_t phase) {
  const std::uint64_t step = torus_word(element.step, log2_scale);
  const std::uint64_t above_low = phase - torus_word(element.low, log2_scale) + step / 2;
  return element.low + element.step * static_cast<Integer>(above_low / step);
}

OutputColumns columns_of(const std::vector<OutputElement>& elements) {
  OutputColumns columns;
  for (const OutputElement& element : elements) {
    columns.low.push_back(element.low);
    columns.step.push_back(element.step);
  }
  return columns;
}

std::vector<OutputElement> elements_from(const OutputColumns& columns) {
  require(columns.low.size() == columns.step.size(), ErrorCode::corrupt,
          "circuit: the columns of the output elements differ in length");
  std::vector<OutputElement> elements;
  for (std::size_t i = 0; i < columns.low.size(); ++i) {
    elements.push_back({.low = columns.low[i], .step = columns.step[i]});
  }
  return elements;
}

}  // namespace basalt::ir
