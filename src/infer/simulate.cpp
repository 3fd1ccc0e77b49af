// The clear circuit with the noise of encryption.
#include <algorithm>
#include <utility>

#include "base/overloaded.hpp"
#include "circuit/noise_gain.hpp"
#include "infer/infer.hpp"
#include "tfhe/noise.hpp"

namespace basalt::infer {
namespace {

using circuit::Gain;
using ir::Integer;
using ir::ValueId;

/// Limits farther away than this many deviations are never crossed: beyond 12 deviations lies one
/// error in 10^32.
constexpr double certain = 12.0;

/// Deviation on the torus of a value of `gain` that is multiplied by `factor` before `added`.
double deviation_of(const Gain& gain, double factor, double fresh, double table, double added) {
  return std::sqrt((gain.fresh * fresh + gain.table * table) * factor * factor + added);
}

/// Runs rows with noise. Deviations are in steps of whatever reads the value: boxes of a table,
/// quarters of the torus, steps of an output.
class Simulator {
 public:
  explicit Simulator(const circuit::Circuit& circuit);
  std::vector<Integer> run(std::span<const Integer> inputs, RandomStream random) const;

 private:
  std::vector<Integer> looked_up(ValueId id, const ir::Lookup& lookup,
                                 const std::vector<Integer>& input, RandomStream& random) const;
  std::vector<Integer> rounded(ValueId id, const ir::Round& round, std::vector<Integer> input,
                               RandomStream& random) const;
  void add_outputs(std::size_t plan, const std::vector<Integer>& input, RandomStream& random,
                   std::vector<Integer>& outputs) const;

  const ir::EncodedGraph& encoded_;
  std::vector<std::vector<double>> deviations_;  ///< Per node that reads, per element.
};

Simulator::Simulator(const circuit::Circuit& circuit) : encoded_(circuit.encoded) {
  const tfhe::ChainVariances variances(circuit.parameters);
  const std::vector<std::size_t> stage_of = circuit::stages_of_values(circuit);
  int parts = 0;
  for (const std::int32_t log2_tables_per_rotation : circuit.log2_tables_per_rotation)
    parts = std::max(parts, log2_tables_per_rotation);
  const double sharing = tfhe::sharing_gain(parts);  // as the optimizer counts it
  const auto deviation = [&](ValueId value, const Gain& gain, double factor, double added) {
    const double table = sharing * variances.table[stage_of[value]];
    return deviation_of(gain, factor, variances.fresh, table, added);
  };
  std::vector<int> scales;
  for (const ir::Encoding& plan : encoded_.encodings) scales.push_back(plan.log2_scale);
  const auto gains = circuit::gains_of(encoded_.graph, scales);
  deviations_.resize(encoded_.graph.nodes.size());
  for (ValueId id = 0; id < deviations_.size(); ++id) {
    const auto add_lookup = [&](const ir::Lookup& lookup) {
      const double shift = std::ldexp(1.0, reading_scale(lookup) - scales[lookup.input]);
      const double boxes = std::ldexp(1.0, lookup.bits.value + (lookup.wraps ? 0 : 1));
      const double reading =
          variances.reading_of(stage_of[id], circuit::log2_tables_per_rotation_of(circuit, id));
      for (const Gain& gain : gains[lookup.input]) {
        deviations_[id].push_back(deviation(lookup.input, gain, shift, reading) * boxes);
      }
    };
    const auto add_round = [&](const ir::Round& round) {
      const double shift = std::ldexp(1.0, 63 - scales[id]);  // that of the lowest bit
      for (const Gain& gain : gains[round.input]) {
        deviations_[id].push_back(
            deviation(round.input, gain, shift, variances.reading[stage_of[id]]) * 2.0);
      }
    };
    std::visit(overloaded{[](const ir::Input&) {}, [](const ir::Linear&) {}, add_lookup, add_round,
                          [](const ir::Output&) {}},  // below, with their grids
               encoded_.graph.nodes[id].op);
  }
  for (const ir::OutputEncoding& plan : encoded_.outputs) {
    const double rounding = tfhe::word_rounding_variance(
                                circuit.parameters.stage(stage_of[plan.output]).big_dimension(),
                                circuit.score_word_bits)
                                .value;
    for (std::size_t i = 0; i < plan.elements.size(); ++i) {
      const double step =
          std::ldexp(static_cast<double>(plan.elements[i].step), scales[plan.output] - 64);
      deviations_[plan.output].push_back(
          deviation(plan.output, gains[plan.output][i], 1.0, rounding) / step);
    }
  }
}

std::vector<Integer> Simulator::looked_up(ValueId id, const ir::Lookup& lookup,
                                          const std::vector<Integer>& input,
                                          RandomStream& random) const {
  const int truncated_bits = lookup.truncated_bits.value;
  const Integer size = Integer{1} << lookup.bits.value;
  std::vector<Integer> out(input.size());
  for (std::size_t i = 0; i < input.size(); ++i) {
    const auto table = static_cast<Eigen::Index>(lookup.table_of[i]);
    const double deviation = deviations_[id][i];
    Integer position = table_position(lookup, input[i]);
    if (truncated_bits > 0 || 0.5 < certain * deviation) {
      const double exact = std::ldexp(static_cast<double>(input[i]), -truncated_bits);
      position = static_cast<Integer>(std::floor(exact + deviation * random.gaussian() + 0.5)) -
                 lookup.offset;
    }
    // Beyond its end a padded table is read as minus itself.
    const bool negated = !lookup.wraps && (position & size) != 0;
    const Integer entry = lookup.tables(table, position & (size - 1));
    out[i] = negated ? -entry : entry;
  }
  return out;
}

/// A bit read wrongly leaves its weight in, or takes it out once too often.
std::vector<Integer> Simulator::rounded(ValueId id, const ir::Round& round,
                                        std::vector<Integer> input, RandomStream& random) const {
  const int removed = round.removed.value;
  const Integer half = Integer{1} << (removed - 1);
  for (std::size_t i = 0; i < input.size(); ++i) {
    Integer value = ((input[i] + half) >> removed) << removed;
    double deviation = deviations_[id][i];
    for (int bit = 0; bit < removed; ++bit, deviation /= 2.0) {
      if (0.5 >= certain * deviation) break;
      if (std::abs(deviation * random.gaussian()) < 0.5) continue;
      const bool was_set = ((input[i] + half) >> bit & 1) != 0;
      value += was_set ? Integer{1} << bit : -(Integer{1} << bit);
    }
    input[i] = value;
  }
  return input;
}

void Simulator::add_outputs(std::size_t plan_index, const std::vector<Integer>& input,
                            RandomStream& random, std::vector<Integer>& outputs) const {
  const ir::OutputEncoding& plan = encoded_.outputs[plan_index];
  for (std::size_t i = 0; i < input.size(); ++i) {
    const double deviation = deviations_[plan.output][i];
    Integer steps = 0;
    if (0.5 < certain * deviation) {
      steps = static_cast<Integer>(std::floor(deviation * random.gaussian() + 0.5));
    }
    outputs.push_back(input[i] + plan.elements[i].step * steps);
  }
}

std::vector<Integer> Simulator::run(std::span<const Integer> inputs, RandomStream random) const {
  std::vector<std::vector<Integer>> values;
  std::vector<Integer> outputs;
  std::size_t plan = 0;
  for (ValueId id = 0; id < encoded_.graph.nodes.size(); ++id) {
    using Value = std::vector<Integer>;
    values.push_back(std::visit(
        overloaded{
            [&](const ir::Input&) { return Value(inputs.begin(), inputs.end()); },
            [&](const ir::Linear& linear) {
              Value value = linear.bias;
              for (const ir::Linear::Term& term : linear.terms) {
                const Value part = multiply(term.weights, values[term.input]);
                for (std::size_t i = 0; i < value.size(); ++i) value[i] += part[i];
              }
              return value;
            },
            [&](const ir::Lookup& lookup) {
              return looked_up(id, lookup, values[lookup.input], random);
            },
            [&](const ir::Round& round) { return rounded(id, round, values[round.input], random); },
            [&](const ir::Output& output) {
              add_outputs(plan++, values[output.input], random, outputs);
              return Value{};
            },
        },
        encoded_.graph.nodes[id].op));
  }
  return outputs;
}

}  // namespace

Matrix<Integer> simulate(const circuit::Circuit& circuit, const Matrix<Integer>& inputs,
                         RandomStream random) {
  const Simulator simulator(circuit);
  Matrix<Integer> out(inputs.rows(), static_cast<Eigen::Index>(circuit.encoded.output_count()));
  for (Eigen::Index row = 0; row < inputs.rows(); ++row) {
    const std::span<const Integer> integers(inputs.row(row).data(),
                                            static_cast<std::size_t>(inputs.cols()));
    const std::vector<Integer> outputs =
        simulator.run(integers, random.child("row", static_cast<std::uint64_t>(row)));
    std::copy(outputs.begin(), outputs.end(), out.row(row).data());
  }
  return out;
}

}  // namespace basalt::infer
