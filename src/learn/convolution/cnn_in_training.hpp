// Convolutional networks while they are trained, with the integers that the circuit will compute.
#pragma once

#include <vector>

#include "learn/convolution/cnn_spec.hpp"
#include "learn/convolution/pooling.hpp"
#include "learn/layer/hidden_layer.hpp"
#include "learn/layer/linear_head.hpp"

namespace basalt::learn {

/// A network in training. Each layer is a HiddenLayer that sees every position of its window as a
/// row of its own: weights, statistics and tables are shared by all positions.
class CnnInTraining {
 public:
  /// `sample`: integers of some rows, from which budgets follow. `rows` is the size of the training
  /// set.
  CnnInTraining(const CnnSpec& spec, const PixelGrid& grid, std::size_t outputs,
                const FloatMatrix& sample, std::size_t rows, const RandomStream& random);

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
  /// Removes this share of the channels of every layer, those with the weakest effect first.
  void prune(double share);
  bool is_pruned() const noexcept { return pruned_; }

  QuantCNN finish() const;

 private:
  struct Stage {
    StageSpec spec;
    Pooling pooling;
    std::vector<WindowMap> maps;       ///< One per group of a layer.
    std::vector<HiddenLayer> layers;   ///< One per group.
    std::vector<FloatMatrix> patches;  ///< Of the last forward pass, one per group.
  };

  Stage make_stage(const StageSpec& spec, bool is_last, const FloatMatrix& sample,
                   const RandomStream& random) const;
  HiddenLayerSpec layer_spec(const StageSpec& stage, bool is_last, const FloatMatrix& patches,
                             int truncated_bits) const;
  static void watch_windows(Stage& stage);
  /// The groups of a stage are one layer under encryption: their sums are rounded alike.
  static void align_rounding(Stage& stage);
  void run_stage(std::size_t i, Phase phase);
  void stage_backward(std::size_t i);
  ReadOutForm readout_form() const;
  QuantLayer merged(const Stage& stage) const;
  std::vector<std::vector<double>> squares_that_read(
      const std::vector<std::size_t>& channels) const;
  static void keep_within_groups(Stage& stage, std::size_t channels_read,
                                 const std::vector<std::size_t>& read,
                                 const std::vector<std::size_t>& made);
  void keep_readout(std::size_t channels, const std::vector<std::size_t>& kept);

  CnnSpec spec_;
  PixelGrid grid_;
  std::vector<Stage> stages_;
  LinearHead head_;
  bool pruned_ = false;
  // Of the last forward pass: the value of every stage, the inputs first.
  std::vector<FloatMatrix> values_, gradients_;
  FloatMatrix hidden_;
};

}  // namespace basalt::learn
