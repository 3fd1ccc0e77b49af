// A fully connected network while it is trained: hidden layers and a linear head.
#pragma once

#include <vector>

#include "learn/layer/hidden_layer.hpp"
#include "learn/layer/linear_head.hpp"
#include "learn/network/network_spec.hpp"
#include "learn/network/training_rows.hpp"

namespace basalt::learn {

/// A network with real latent parameters that computes what its finished form will.
class NetworkInTraining {
 public:
  /// The number of weights of a wrapping neuron follows from the sample of the inputs. `rows` is
  /// the size of the training set.
  NetworkInTraining(const NetworkSpec& spec, const InputEncoding& inputs, std::size_t outputs,
                    std::size_t rows, const RandomStream& random);

  LinearHead& head() noexcept { return head_; }

  /// The real parameters, and back. Errors: mismatch if the state is of another shape.
  TrainingState state() const;
  void restore(const TrainingState& state);

  /// Shape: [batch x inputs], integers -> [batch x outputs]. With `rounded` the read-out has the
  /// weights of the finished network.
  const FloatMatrix& forward(const FloatMatrix& inputs, Phase phase, bool rounded);
  /// From the gradient of the scores of the last forward pass.
  void backward(const FloatMatrix& inputs, const FloatMatrix& scores_gradient);
  /// Euclidean norm over all parameters.
  double gradient_norm() const;
  /// One step of descent with all gradients times `factor`.
  void step(const DescentSpec& descent, double rate, float factor);
  void round_weights();
  /// Replaces the running statistics of all layers by those of these rows.
  void freeze_statistics(const FloatMatrix& inputs);
  /// Largest number of weights of a neuron of a hidden layer (of squares, with multi-bit weights
  /// that wrap; of magnitudes, if bound).
  std::size_t max_active_neurons(std::size_t layer) const;
  /// Removes the given share of each hidden layer's neurons with their weights, those with the
  /// weakest effect first. At least one stays.
  void prune(double share);
  bool is_pruned() const noexcept { return pruned_; }

  SparseQuantNeuralNetwork finish() const;

 private:
  HiddenLayerSpec layer_spec(std::size_t position, std::size_t inputs, std::int64_t input_high,
                             const FloatMatrix& sample, int truncated_bits) const;
  ReadOutForm readout_form() const;
  /// Of the last forward pass; without hidden layers the inputs.
  const FloatMatrix& last_value(const FloatMatrix& inputs) const;

  NetworkSpec spec_;
  InputGrid grid_;
  std::vector<HiddenLayer> layers_;
  LinearHead head_;
  bool pruned_ = false;
  std::vector<FloatMatrix> hidden_;  ///< Of the last forward pass.
};

}  // namespace basalt::learn
