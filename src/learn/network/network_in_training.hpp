// A whole network while it is trained: hidden layers, read-out, skip.
#pragma once

#include <vector>

#include "learn/layer/hidden_layer.hpp"
#include "learn/layer/readout.hpp"
#include "learn/network/network_spec.hpp"
#include "learn/network/training_rows.hpp"

namespace basalt::learn {

/// A network with real latent parameters that computes what its finished form will.
class NetworkInTraining {
 public:
  /// The number of weights of a wrapping neuron follows from the sample of the entrance. `rows` is
  /// the size of the training set.
  NetworkInTraining(const NetworkSpec& spec, const Entrance& entrance, std::size_t outputs,
                    std::size_t rows, const RandomStream& random);

  /// The real parameters, and back. Errors: mismatch if the state is of another shape.
  TrainingState state() const;
  void restore(const TrainingState& state);

  /// Starts the linear path at its solution on these rows, beside small weights of hidden values.
  /// Shape: [rows x inputs], integers; [rows x outputs].
  void start_regression(const FloatMatrix& inputs, const Matrix<double>& targets);

  /// Shape: [batch x inputs], integers -> [batch x outputs]. With `rounded` the read-out has the
  /// weights of the finished network.
  const FloatMatrix& forward(const FloatMatrix& inputs, Phase phase, bool rounded);
  /// From the gradient of the scores of the last forward pass.
  void backward(const FloatMatrix& inputs, const FloatMatrix& scores_gradient);
  /// Euclidean norm over all parameters.
  double gradient_norm() const;
  /// Clips the gradient as the spec says.
  void step(double rate);
  void round_weights();
  /// Statistics of all layers from these rows.
  void settle(const FloatMatrix& inputs);
  /// Largest number of weights of a neuron of a hidden layer (of squares, with multi-bit weights
  /// that wrap; of magnitudes, if bound).
  std::size_t max_active_neurons(std::size_t layer) const;
  /// Chooses the given share of each hidden layer's neurons, those with the weakest effect first.
  void enable_pruning(double share);
  /// Removes the chosen neurons with their weights.
  void make_pruning_permanent();

  SparseQuantNeuralNetwork finish() const;

 private:
  struct Matrices {
    FloatMatrix value, gradient;
    Descent descent;
  };
  static Matrices matrices(FloatMatrix value);
  HiddenLayerSpec layer_spec(std::size_t position, std::size_t inputs, std::int64_t input_high,
                             const FloatMatrix& sample, int dropped) const;
  ReadOutForm readout_form() const;

  NetworkSpec spec_;
  SparseQuantNeuralNetwork grid_;
  std::vector<HiddenLayer> layers_;
  Matrices readout_, skip_, bias_;
  double skip_pace_ = 1.0;
  std::vector<std::vector<std::size_t>> surviving_;  ///< Neurons of each layer, while pruning.
  bool pruned_ = false;
  // Of the last forward pass.
  FloatMatrix scores_, rounded_readout_, rounded_skip_;
  std::vector<FloatMatrix> hidden_;
};

}  // namespace basalt::learn
