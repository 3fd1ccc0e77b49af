// Fully connected networks of small integers: linear layers, one table per neuron, a read-out.
#pragma once

#include <cstdint>
#include <vector>

#include "base/describe.hpp"
#include "base/matrix.hpp"
#include "base/strong.hpp"
#include "learn/model/input_grid.hpp"
#include "learn/model/training_state.hpp"

namespace basalt::learn {

/// One hidden layer: u = weights x input + bias, then a table look-up per neuron.
struct QuantLayer {
  Matrix<std::int32_t> weights;    ///< Shape: [neurons x inputs].
  std::vector<std::int64_t> bias;  ///< One per neuron; clear.
  bool wraps = false;              ///< u is read modulo 2^bits; else u lies in [0, 2^bits).
  Bits bits{0};                    ///< Of a table.
  Bits truncated_bits{0};          ///< u is divided by 2^truncated_bits and rounded half up first.
  bool rounds_exactly = false;     ///< By bit extraction; else rarely to the other side.
  Matrix<std::int64_t> tables;     ///< Shape: [tables x 2^bits].
  std::vector<std::uint32_t> table_of;  ///< Table of each neuron.

  std::size_t neurons() const noexcept { return static_cast<std::size_t>(weights.rows()); }
};

/// The outputs of one layer. Shape: [rows x inputs] -> [rows x neurons].
/// Errors: internal if a padded table is left.
Matrix<std::int64_t> through(const QuantLayer& layer, const Matrix<std::int64_t>& inputs);

/// The last layer: integers whose affine image are the scores.
struct ReadOut {
  Matrix<std::int32_t> weights;  ///< Shape: [outputs x last hidden neurons]; may have no columns.
  Matrix<std::int32_t> skip;     ///< Shape: [outputs x inputs]; no columns: no skip.
  std::vector<double> scale, offset;  ///< score = scale * integer + offset, one per output.
};

/// A trained network. All arithmetic is on integers; it is what the circuit computes.
struct SparseQuantNeuralNetwork {
  InputGrid grid;  ///< The integers that enter.
  std::vector<QuantLayer> layers;
  ReadOut readout;
  TrainingState state;  ///< Empty unless Basalt trained the network; no circuit holds it.

  std::size_t inputs() const noexcept { return grid.inputs(); }
  std::size_t outputs() const noexcept { return readout.scale.size(); }
  /// Look-ups per row: the price of the network.
  std::size_t bootstraps() const noexcept;

  /// Shape: [rows x features] -> [rows x inputs].
  Matrix<std::int64_t> quantize(const Matrix<double>& standardized) const {
    return grid.quantize(standardized);
  }
  /// Integers of every layer, the outputs last. Shape: [rows x inputs] -> [rows x neurons] each.
  /// Errors: internal if a padded table is left.
  std::vector<Matrix<std::int64_t>> forward_all(const Matrix<std::int64_t>& inputs) const;
  /// Shape: [rows x inputs] -> [rows x outputs].
  Matrix<std::int64_t> forward(const Matrix<std::int64_t>& inputs) const;
  /// Shape: [rows x features] -> [rows x outputs], real.
  Matrix<double> scores(const Matrix<double>& standardized) const;
  /// The same from integers. Shape: [rows x inputs] -> [rows x outputs].
  Matrix<double> integer_scores(const Matrix<std::int64_t>& inputs) const;
};

template <class Visitor>
void describe(Visitor& visit, MaybeConst<QuantLayer> auto& layer) {
  visit("weights", layer.weights);
  visit("bias", layer.bias);
  visit("wraps", layer.wraps);
  visit("bits", layer.bits);
  visit("dropped", layer.truncated_bits);
  if (visit.has("rounds_exactly", layer.rounds_exactly)) {
    visit("rounds_exactly", layer.rounds_exactly);
  }
  visit("tables", layer.tables);
  visit("table_of", layer.table_of);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<ReadOut> auto& readout) {
  visit("weights", readout.weights);
  visit("skip", readout.skip);
  visit("scale", readout.scale);
  visit("offset", readout.offset);
}

template <class Visitor>
void describe(Visitor& visit, MaybeConst<SparseQuantNeuralNetwork> auto& network) {
  visit("feature_of", network.grid.feature_of);
  visit("origin", network.grid.origin);
  visit.part("quantizers", network.grid.quantizers);
  visit("input_high", network.grid.input_high);
  visit.list("layers", network.layers);
  visit.part("readout", network.readout);
  if (visit.has("state", !network.state.empty())) visit.part("state", network.state);
}

}  // namespace basalt::learn
