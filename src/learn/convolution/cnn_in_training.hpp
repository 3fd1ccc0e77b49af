// Convolutional networks while they are trained, with the integers that the circuit will compute.
#pragma once

#include <optional>
#include <vector>

#include "learn/convolution/cnn_spec.hpp"
#include "learn/layer/hidden_layer.hpp"
#include "learn/layer/readout.hpp"
#include "learn/training/training_loop.hpp"

namespace basalt::learn {

/// A network in training. Each layer is a HiddenLayer that sees every position of its window as a
/// row of its own: weights, statistics and tables are shared by all positions.
class CnnInTraining : public Trainee {
 public:
  /// `grid` gives the inputs; `sample` some rows of their integers, from which budgets and the
  /// statistics of finished tables follow. `few_rows`: the linear path learns faster.
  CnnInTraining(const CnnSpec& spec, const QuantCNN& grid, std::size_t outputs, FloatMatrix sample,
                bool few_rows, const RandomStream& random);

  /// The real parameters, and back. Errors: mismatch if the state is of another shape.
  TrainingState state() const;
  void restore(const TrainingState& state);

  const FloatMatrix& forward(const FloatMatrix& inputs, double progress) override;
  void backward(const FloatMatrix& inputs, const FloatMatrix& scores_gradient) override;
  void step(const TrainingSpec& spec, double rate) override;
  double gradient_norm() const override;
  FloatMatrix finished_scores(const FloatMatrix& inputs) override;
  void keep() override { kept_ = finished(); }
  void recall() override { recalled_ = true; }

  /// Starts the linear path at its solution on these rows, beside small weights of hidden values.
  /// Shape: [rows x inputs], integers; [rows x outputs].
  void start_regression(const FloatMatrix& inputs, const Matrix<double>& targets);

  /// Removes this share of the channels of every layer, those with the weakest effect first.
  void prune(double share);

  /// The network as it would be if training ended now, or the kept one.
  QuantCNN finished();

 private:
  struct Stage {
    StageSpec spec;
    std::vector<WindowMap> maps;      ///< One per group (layers) or channel (pooling).
    std::vector<HiddenLayer> layers;  ///< One per group.
    // Of the last forward pass.
    std::vector<FloatMatrix> patches;
    Matrix<std::int32_t> largest;  ///< Maximum pooling: where each output came from.
  };
  struct Parameter {
    FloatMatrix value, gradient;
    Descent descent;
  };

  static Parameter parameter(FloatMatrix value);
  Stage make_stage(const StageSpec& spec, bool is_last, const FloatMatrix& sample,
                   const RandomStream& random) const;
  HiddenLayerSpec layer_spec(const StageSpec& stage, bool is_last, const FloatMatrix& patches,
                             int dropped) const;
  void round_weights();
  /// The groups of a stage are one layer under encryption: their sums are rounded alike.
  static void align_rounding(Stage& stage);
  /// Values of all stages; value 0 are the inputs.
  void pass(const FloatMatrix& inputs, Phase phase);
  void run_stage(std::size_t i, Phase phase);
  void pool(Stage& stage, const FloatMatrix& values, FloatMatrix& out);
  void spread(Stage& stage, const FloatMatrix& gradient, FloatMatrix& below) const;
  void stage_backward(std::size_t i);
  void settle();
  ReadOutForm form() const;
  bool reads_odd_integers() const;
  QuantLayer merged(const Stage& stage) const;
  std::vector<std::vector<double>> squares_that_read(
      const std::vector<std::size_t>& channels) const;
  static void keep_within_groups(Stage& stage, std::size_t channels_read,
                                 const std::vector<std::size_t>& read,
                                 const std::vector<std::size_t>& made);
  void keep_readout(std::size_t channels, const std::vector<std::size_t>& kept);

  CnnSpec spec_;
  QuantCNN grid_;
  std::vector<Stage> stages_;
  Parameter readout_, skip_, bias_;
  double skip_pace_ = 1.0;
  FloatMatrix sample_;
  bool pruned_ = false, settled_ = false, recalled_ = false;
  std::optional<QuantCNN> kept_;
  // Of the last forward pass.
  std::vector<FloatMatrix> values_, gradients_;
  FloatMatrix hidden_, scores_, rounded_readout_, rounded_skip_;
};

}  // namespace basalt::learn
