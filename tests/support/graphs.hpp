// Small graphs that tests of several floors share.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "ir/graph.hpp"

namespace basalt::testing {

/// The triangle of wrap neurons: odd integers, negacyclic around 0. Shape: [2^bits].
inline std::vector<ir::Integer> triangle(int bits, ir::Integer shift = 0) {
  const ir::Integer period = ir::Integer{1} << bits, top = period / 2 - 1;
  std::vector<ir::Integer> entries;
  for (ir::Integer m = 0; m < period; ++m) {
    const ir::Integer at = (m + shift) & (period - 1);
    entries.push_back(at < period / 2 ? top - 2 * at : 2 * at + 1 - 3 * period / 2);
  }
  return entries;
}

inline Matrix<ir::Integer> random_weights(Eigen::Index rows, Eigen::Index columns,
                                          ir::Integer limit, RandomStream& random) {
  Matrix<ir::Integer> weights(rows, columns);
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    weights.data()[i] =
        static_cast<ir::Integer>(random.below(static_cast<std::uint64_t>(2 * limit + 1))) - limit;
  }
  return weights;
}

inline Matrix<ir::Integer> random_inputs(Eigen::Index rows, const ir::Input& input,
                                         RandomStream& random) {
  Matrix<ir::Integer> integers(rows, static_cast<Eigen::Index>(input.size));
  for (Eigen::Index i = 0; i < integers.size(); ++i) {
    integers.data()[i] = input.low + static_cast<ir::Integer>(random.below(
                                         static_cast<std::uint64_t>(input.high - input.low + 1)));
  }
  return integers;
}

/// Sizes of the net that wrap_graph() draws.
struct WrapShape {
  std::size_t inputs = 16, hidden = 8, outputs = 3;
  int bits = 4;
  ir::Integer input_high = 3;
};

/// A net of wrapping neurons with ternary weights, a phase per neuron (in its table), a read-out of
/// 4-bit weights and an even integer skip: the nets that wrap-neuron training makes.
inline ir::Graph wrap_graph(const WrapShape& shape, RandomStream random) {
  const auto inputs = static_cast<Eigen::Index>(shape.inputs);
  const auto hidden = static_cast<Eigen::Index>(shape.hidden);
  const auto outputs = static_cast<Eigen::Index>(shape.outputs);
  ir::Lookup activation{.input = 1,
                        .bits = {shape.bits},
                        .wraps = true,
                        .offset = 0,
                        .truncated_bits = {0},
                        .tables = Matrix<ir::Integer>(hidden, Eigen::Index{1} << shape.bits),
                        .table_of = {}};
  for (Eigen::Index j = 0; j < hidden; ++j) {
    const auto phase = static_cast<ir::Integer>(random.below(1U << shape.bits));
    const std::vector<ir::Integer> entries = triangle(shape.bits, phase);
    std::copy(entries.begin(), entries.end(), activation.tables.row(j).data());
    activation.table_of.push_back(static_cast<std::uint32_t>(j));
  }
  using ir::SparseMatrix;
  const Matrix<ir::Integer> skip = 2 * random_weights(outputs, inputs, 9, random);
  ir::Linear first{
      .terms = {{0, SparseMatrix::from_dense(random_weights(hidden, inputs, 1, random))}},
      .bias = std::vector<ir::Integer>(shape.hidden, 0)};
  ir::Linear readout{
      .terms = {{2, SparseMatrix::from_dense(random_weights(outputs, hidden, 7, random))},
                {0, SparseMatrix::from_dense(skip)}},
      .bias = std::vector<ir::Integer>(shape.outputs, 0)};
  return {{{"inputs", ir::Input{shape.inputs, 0, shape.input_high}},
           {"fc0", std::move(first)},
           {"act0", std::move(activation)},
           {"logits", std::move(readout)},
           {"scores", ir::Output{3}}}};
}

/// Sizes of the net that padded_graph() draws.
struct PaddedShape {
  std::size_t inputs = 12, hidden = 8, outputs = 2, layers = 1;
  int bits = 4;
  ir::Integer input_high = 3, activation_high = 3;
  std::vector<int> bits_of_layer{};  ///< In place of `bits`, if not empty.
};

/// A net of padded tables: each neuron keeps at most as many ternary weights as its table holds.
inline ir::Graph padded_graph(const PaddedShape& shape, RandomStream random) {
  ir::Graph graph{{{"inputs", ir::Input{shape.inputs, 0, shape.input_high}}}};
  std::size_t width = shape.inputs;
  ir::Integer high = shape.input_high;
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    const int bits = shape.bits_of_layer.empty() ? shape.bits : shape.bits_of_layer.at(layer);
    const ir::Integer entries = ir::Integer{1} << bits;
    Matrix<ir::Integer> weights = Matrix<ir::Integer>::Zero(static_cast<Eigen::Index>(shape.hidden),
                                                            static_cast<Eigen::Index>(width));
    std::vector<ir::Integer> bias(shape.hidden, 0);
    for (std::size_t j = 0; j < shape.hidden; ++j) {
      const auto row = static_cast<Eigen::Index>(j);
      for (ir::Integer used = high; used <= entries - 1; used += high) {
        const auto column = static_cast<Eigen::Index>(random.below(width));
        if (weights(row, column) != 0) continue;
        weights(row, column) = random.below(2) == 0 ? -1 : 1;
        if (weights(row, column) < 0) bias[j] += high;
      }
    }
    ir::Lookup activation{
        .input = graph.nodes.size(),
        .bits = {bits},
        .wraps = false,
        .offset = 0,
        .truncated_bits = {0},
        .tables = random_weights(2, entries, shape.activation_high, random).cwiseAbs(),
        .table_of = {}};
    for (std::size_t j = 0; j < shape.hidden; ++j) {
      activation.table_of.push_back(static_cast<std::uint32_t>(j % 2));
    }
    const std::string number = std::to_string(layer);
    graph.nodes.push_back(
        {"fc" + number,
         ir::Linear{.terms = {{graph.nodes.size() - 1, ir::SparseMatrix::from_dense(weights)}},
                    .bias = bias}});
    graph.nodes.push_back({"act" + number, std::move(activation)});
    width = shape.hidden;
    high = shape.activation_high;
  }
  const auto weights = random_weights(static_cast<Eigen::Index>(shape.outputs),
                                      static_cast<Eigen::Index>(width), 3, random);
  graph.nodes.push_back({"logits", ir::Linear{.terms = {{graph.nodes.size() - 1,
                                                         ir::SparseMatrix::from_dense(weights)}},
                                              .bias = std::vector<ir::Integer>(shape.outputs, 5)}});
  graph.nodes.push_back({"scores", ir::Output{graph.nodes.size() - 1}});
  return graph;
}

/// `sums` sums of 2 of the inputs, each read by `tables` padded tables of its own, whose values a
/// last layer adds up.
inline ir::Graph repeated_graph(std::size_t sums, std::size_t tables, int bits,
                                RandomStream random) {
  const auto neurons = static_cast<Eigen::Index>(sums * tables);
  const ir::Integer high = ((ir::Integer{1} << bits) - 1) / 2;
  Matrix<ir::Integer> weights =
      Matrix<ir::Integer>::Zero(neurons, static_cast<Eigen::Index>(sums + 1));
  ir::Lookup lookup{.input = 1,
                    .bits = {bits},
                    .wraps = false,
                    .offset = 0,
                    .truncated_bits = {0},
                    .tables = random_weights(neurons, Eigen::Index{1} << bits, 3, random),
                    .table_of = {}};
  for (Eigen::Index j = 0; j < neurons; ++j) {
    const Eigen::Index sum = j % static_cast<Eigen::Index>(sums);  // equal rows lie apart
    weights(j, sum) = weights(j, sum + 1) = 1;
    lookup.table_of.push_back(static_cast<std::uint32_t>(j));
  }
  ir::Linear last{
      .terms = {{2, ir::SparseMatrix::from_dense(random_weights(2, neurons, 1, random))}},
      .bias = {0, 0}};
  return {{{"inputs", ir::Input{sums + 1, 0, high}},
           {"sums", ir::Linear{.terms = {{0, ir::SparseMatrix::from_dense(weights)}},
                               .bias = std::vector<ir::Integer>(sums * tables, 0)}},
           {"tables", std::move(lookup)},
           {"last", std::move(last)},
           {"scores", ir::Output{3}}}};
}

}  // namespace basalt::testing
