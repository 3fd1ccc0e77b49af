// Scales, decoding and noise limits of circuits.
#include "compile/assemble.hpp"

#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "base/overloaded.hpp"
#include "circuit/noise_gain.hpp"
#include "ir/repeats.hpp"
#include "ir/stages.hpp"

namespace basalt::compile {
namespace {

using circuit::Gain;
using circuit::gains_of;
using ir::Integer;
using ir::Linear;
using ir::Lookup;
using ir::Range;
using ir::Round;
using ir::ValueId;

int ceil_log2(std::uint64_t value) {
  return value <= 1 ? 0 : static_cast<int>(std::bit_width(value - 1));
}

/// What the graph alone says about its values.
struct Analysis {
  const ir::Graph& graph;
  std::vector<std::vector<Range>> ranges = ranges_of(graph);
  std::vector<std::vector<Integer>> steps = steps_of(graph);
  std::vector<std::size_t> stages = stages_of(graph);
};

Range union_of(const std::vector<Range>& ranges) {
  Range all = ranges.front();
  for (const Range& range : ranges) {
    all = {std::min(all.low, range.low), std::max(all.high, range.high)};
  }
  return all;
}

/// The grid that the integers of an output element lie on; a constant has a grid of one point.
ir::OutputElement element_of(Range range, Integer step) {
  return {.low = range.low, .step = std::max<Integer>(step, 1)};
}

/// Scale at which every element of an output fills at most the whole torus.
int output_scale(const Analysis& analysis, ValueId id) {
  std::uint64_t widest = 2;
  for (std::size_t i = 0; i < analysis.ranges[id].size(); ++i) {
    const Range range = analysis.ranges[id][i];
    const Integer step = element_of(range, analysis.steps[id][i]).step;
    widest = std::max(widest, static_cast<std::uint64_t>(range.high - range.low + step));
  }
  return 64 - ceil_log2(widest);
}

/// Scale that the reader `id` wants of its inputs; Linear and Round pass on their own.
int wanted_scale(const Analysis& analysis, ValueId id, int own_scale) {
  return std::visit(overloaded{[&](const ir::Input&) { return own_scale; },
                               [&](const Linear&) { return own_scale; },
                               [](const Lookup& lookup) { return reading_scale(lookup); },
                               [&](const Round&) { return own_scale; },
                               [&](const ir::Output&) { return output_scale(analysis, id); }},
                    analysis.graph.nodes[id].op);
}

/// Outputs and roundings have the scale of what they read, others their own.
int final_scale(const ir::Op& op, int own_scale, const std::vector<int>& scales) {
  return std::visit(
      overloaded{[&](const ir::Input&) { return own_scale; },
                 [&](const Linear&) { return own_scale; }, [&](const Lookup&) { return own_scale; },
                 [&](const Round& round) { return scales[round.input]; },
                 [&](const ir::Output& output) { return scales[output.input]; }},
      op);
}

/// Smallest scale that a reader wants, per value.
std::vector<int> choose_scales(const Analysis& analysis) {
  constexpr int unread = 62;
  const std::size_t nodes = analysis.graph.nodes.size();
  std::vector<int> scales(nodes, unread);
  for (ValueId id = nodes; id-- > 0;) {
    const int wanted = wanted_scale(analysis, id, scales[id]);
    for (const ValueId input : inputs_of(analysis.graph.nodes[id])) {
      scales[input] = std::min(scales[input], wanted);
    }
  }
  for (ValueId id = 0; id < nodes; ++id) {
    scales[id] = final_scale(analysis.graph.nodes[id].op, scales[id], scales);
    // Half units of tables around an odd constant need a bit below the scale.
    require(scales[id] >= 1, ErrorCode::invalid_argument, "circuit: node ", id, " (",
            analysis.graph.nodes[id].name, "): its integers need more than 63 bits");
  }
  return scales;
}

Gain worst_of(const std::vector<Gain>& gains) {
  Gain worst;
  for (const Gain& gain : gains) {
    worst = {std::max(worst.fresh, gain.fresh), std::max(worst.table, gain.table)};
  }
  return worst;
}

/// The worst gain of elements of an output, each relative to the square of its own step.
Gain worst_of(std::vector<Gain> gains, const ir::OutputEncoding& plan, Integer smallest_step) {
  for (std::size_t i = 0; i < gains.size(); ++i) {
    const double steps =
        static_cast<double>(plan.elements[i].step) / static_cast<double>(smallest_step);
    gains[i].fresh /= steps * steps;
    gains[i].table /= steps * steps;
  }
  return worst_of(gains);
}

/// A limit on a value of gain `worst` that is multiplied by 2^shift before it is read.
Constraint limit(const std::string& layer, double half_step, Gain worst, int shift) {
  const double factor = std::ldexp(1.0, 2 * shift);
  Constraint constraint;
  constraint.layer = layer;
  constraint.half_step = half_step;
  constraint.fresh_gain = worst.fresh * factor;
  constraint.table_gain = worst.table * factor;
  return constraint;
}

void check_padded_range(const Analysis& analysis, ValueId id, const Lookup& lookup) {
  if (lookup.wraps) return;
  const Integer last = (Integer{1} << lookup.bits.value) - 1;
  for (const Range& range : analysis.ranges[lookup.input]) {
    require(table_position(lookup, range.low) >= 0 && table_position(lookup, range.high) <= last,
            ErrorCode::invalid_argument, "circuit: node ", id, " (", analysis.graph.nodes[id].name,
            "): integers from ", range.low, " to ", range.high, " do not fit a table of ",
            lookup.bits.value, " bits from ", lookup.offset);
  }
}

/// Name of the layer for messages: the value that is read, not its reader.
const std::string& layer_name(const Analysis& analysis, ValueId reader) {
  return analysis.graph.nodes[inputs_of(analysis.graph.nodes[reader]).front()].name;
}

/// Rotations of a look-up where 1, 2, 4 or 8 tables of one input may share one.
std::vector<std::size_t> rotations_of(const ir::Graph& graph, const Lookup& lookup) {
  std::vector<std::size_t> counts;
  for (int log2_tables_per_rotation = 0; log2_tables_per_rotation <= 3;
       ++log2_tables_per_rotation) {
    counts.push_back(rotations(graph, lookup.input, log2_tables_per_rotation));
  }
  return counts;
}

void add_lookup(const Analysis& analysis, ValueId id, const Lookup& lookup,
                const std::vector<int>& scales, const std::vector<std::vector<Gain>>& gains,
                NoiseRequirements& requirements) {
  check_padded_range(analysis, id, lookup);
  const int box_bits = lookup.bits.value - (lookup.wraps ? 1 : 0);
  Constraint constraint =
      limit(layer_name(analysis, id), std::ldexp(1.0, -(box_bits + 2)),
            worst_of(gains[lookup.input]), reading_scale(lookup) - scales[lookup.input]);
  constraint.count = lookup.table_of.size();
  constraint.table_bits = box_bits;
  constraint.node = id;
  constraint.rotations = rotations_of(analysis.graph, lookup);
  constraint.stage = analysis.stages[id];
  constraint.bits = lookup.bits.value;
  constraint.wraps = lookup.wraps;
  requirements.bootstraps_per_row += constraint.count;
  requirements.lookups.push_back(std::move(constraint));
}

/// One limit per removed bit: bit i is moved to the top of the torus, where half a step is 1/4.
void add_round(const Analysis& analysis, ValueId id, const Round& round,
               const std::vector<int>& scales, const std::vector<std::vector<Gain>>& gains,
               NoiseRequirements& requirements) {
  Gain worst = worst_of(gains[round.input]);
  for (int bit = 0; bit < round.removed.value; ++bit) {
    Constraint constraint =
        limit(layer_name(analysis, id), 0.25, worst, 63 - scales[round.input] - bit);
    constraint.count = gains[id].size();
    constraint.bits = 1;
    constraint.stage = analysis.stages[id];
    requirements.bootstraps_per_row += constraint.count;
    requirements.lookups.push_back(std::move(constraint));
    worst.table += 1.0;
  }
}

void add_output(const Analysis& analysis, ValueId id, const std::vector<int>& scales,
                const std::vector<std::vector<Gain>>& gains, Assembly& assembly) {
  ir::OutputEncoding plan{.output = id, .elements = {}};
  Integer smallest_step = std::numeric_limits<Integer>::max();
  std::uint64_t most_steps = 1;
  for (std::size_t i = 0; i < gains[id].size(); ++i) {
    const Range range = analysis.ranges[id][i];
    plan.elements.push_back(element_of(range, analysis.steps[id][i]));
    const Integer step = plan.elements.back().step;
    smallest_step = std::min(smallest_step, step);
    most_steps =
        std::max(most_steps, static_cast<std::uint64_t>((range.high - range.low) / step + 1));
  }
  const double half_step = std::ldexp(static_cast<double>(smallest_step), scales[id] - 65);
  const Gain worst = worst_of(gains[id], plan, smallest_step);
  Constraint constraint = limit(layer_name(analysis, id), half_step, worst, 0);
  constraint.count = gains[id].size();
  constraint.bits = ceil_log2(most_steps);
  constraint.stage = analysis.stages[id];
  assembly.requirements.outputs_per_row += constraint.count;
  assembly.encoded.encodings[id].bits = {constraint.bits};
  assembly.requirements.outputs.push_back(std::move(constraint));
  assembly.encoded.outputs.push_back(std::move(plan));
}

std::vector<ir::Encoding> plans_of(const Analysis& analysis, const std::vector<int>& scales) {
  const std::vector<int> flat(scales.size(), 0);
  const std::vector<std::vector<Gain>> weights = gains_of(analysis.graph, flat);
  std::vector<ir::Encoding> plans(scales.size());
  for (ValueId id = 0; id < plans.size(); ++id) {
    plans[id].log2_scale = scales[id];
    plans[id].range = union_of(analysis.ranges[id]);
    std::visit(overloaded{[](const ir::Input&) {},
                          [&](const Linear&) {
                            const Gain worst = worst_of(weights[id]);
                            plans[id].norm2_fresh = std::sqrt(worst.fresh);
                            plans[id].norm2_table = std::sqrt(worst.table);
                          },
                          [&](const Lookup& lookup) {
                            ir::Encoding& read = plans[lookup.input];
                            read.bits = std::max(read.bits, lookup.bits);
                            read.wraps = read.wraps || lookup.wraps;
                          },
                          [](const Round&) {}, [](const ir::Output&) {}},
               analysis.graph.nodes[id].op);
  }
  return plans;
}

void check_folded(const ir::Graph& graph) {
  for (const ir::Node& node : graph.nodes) {
    if (!std::holds_alternative<Linear>(node.op)) continue;
    for (const ValueId input : inputs_of(node)) {
      require(!std::holds_alternative<Linear>(graph.nodes[input].op), ErrorCode::invalid_argument,
              "circuit: layer ", node.name, " reads layer ", graph.nodes[input].name,
              " without a table between them");
    }
  }
}

}  // namespace

Assembly assemble(const Lowered& lowered, const std::string& estimator, const Digest& model_id) {
  validate(lowered.graph);
  check_folded(lowered.graph);
  const Analysis analysis{lowered.graph};
  const std::vector<int> scales = choose_scales(analysis);
  const std::vector<std::vector<Gain>> gains = gains_of(lowered.graph, scales);

  Assembly assembly;
  assembly.encoded = {.graph = lowered.graph,
                      .encodings = plans_of(analysis, scales),
                      .outputs = {},
                      .preprocessing = lowered.preprocessing,
                      .postprocessing = lowered.postprocessing,
                      .estimator = estimator,
                      .model_id = model_id};
  assembly.requirements.inputs_per_row = assembly.encoded.inputs();
  assembly.requirements.linear_products_per_row.resize(std::ranges::max(analysis.stages) + 1);
  for (ValueId id = 0; id < lowered.graph.nodes.size(); ++id) {
    std::visit(overloaded{
                   [](const ir::Input&) {},
                   [&](const Linear& linear) {
                     for (const Linear::Term& term : linear.terms) {
                       assembly.requirements.linear_products_per_row[analysis.stages[id]] +=
                           term.weights.weight.size();
                     }
                   },
                   [&](const Lookup& lookup) {
                     add_lookup(analysis, id, lookup, scales, gains, assembly.requirements);
                   },
                   [&](const Round& round) {
                     add_round(analysis, id, round, scales, gains, assembly.requirements);
                   },
                   [&](const ir::Output&) { add_output(analysis, id, scales, gains, assembly); },
               },
               lowered.graph.nodes[id].op);
  }
  validate(assembly.encoded);
  return assembly;
}

}  // namespace basalt::compile
