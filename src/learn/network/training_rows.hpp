// Rows as a network in training sees them: held out, on the grid of its inputs, targets scaled.
#pragma once

#include <vector>

#include "learn/model/sparse_quant_neural_network.hpp"
#include "learn/network/network_spec.hpp"
#include "learn/training/loop_rows.hpp"

namespace basalt::learn {

/// The integers that enter a network, and what is truncated of the sums of its first layer.
struct InputEncoding {
  InputGrid grid;
  FloatMatrix sample;      ///< Integers of some rows.
  int truncated_bits = 0;  ///< Bits below a step of the first table.
};

/// Everything that training reads.
struct TrainingRows {
  Dataset train, valid;  ///< Standardized; `valid` has no rows if none are held out.
  TargetScale scale;
  InputEncoding inputs;
  Matrix<std::uint8_t> integers;  ///< Of the rows to train on.

  /// As the training loop takes them, images changed in every epoch; valid as long as this is.
  LoopRows loop_rows(const NetworkSpec& spec, const RandomStream& random) const;
  LoopRows loop_valid() const;
};

/// `start`: a trained network whose grid and scale are kept, or none.
/// Errors: mismatch if the data has not the features of `start`.
TrainingRows make_training_rows(const NetworkSpec& spec, const Dataset& data,
                                const SparseQuantNeuralNetwork* start, const RandomStream& random);

}  // namespace basalt::learn
