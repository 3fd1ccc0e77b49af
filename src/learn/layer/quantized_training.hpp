// The training of a network of integers, dense or convolutional: what happens when.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "learn/layer/hidden_layer.hpp"
#include "learn/layer/linear_head.hpp"
#include "learn/training/training_loop.hpp"

namespace basalt::learn {

/// Milestones, as shares of all steps.
inline constexpr double pruned_at = 0.4;     ///< Neurons or channels go; the rest adapts.
inline constexpr double rounded_from = 0.5;  ///< From here on the read-out has integer weights.
inline constexpr double freeze_after = 0.8;  ///< From here on normalization no longer changes.

/// A network in training with its milestones. `Network` is NetworkInTraining or CnnInTraining.
template <class Network>
class QuantizedTraining : public TrainableNetwork {
 public:
  using Finished = decltype(std::declval<const Network&>().finish());

  /// `sample`: the rows whose statistics the finished tables have. Shape: [rows x inputs],
  /// integers.
  QuantizedTraining(Network network, FloatMatrix sample, double pruned_share)
      : network_(std::move(network)), sample_(std::move(sample)), pruned_share_(pruned_share) {}

  Network& network() noexcept { return network_; }

  /// Starts the linear path at its solution on the first of these rows, beside weights of hidden
  /// values of `share` of their usual size: descent takes long to the large weights of a linear
  /// law. Shape: [rows x inputs], integers; [rows x outputs].
  void start_regression(const FloatMatrix& inputs, const Matrix<double>& targets, double share) {
    LinearHead& head = network_.head();
    if (!head.has_skip() || static_cast<std::size_t>(inputs.cols()) > most_fitted) return;
    const auto rows = std::min(inputs.rows(), static_cast<Eigen::Index>(fitted_rows));
    const FloatMatrix first = inputs.topRows(rows);
    head.scale_weights(share);
    const FloatMatrix& scores = network_.forward(first, Phase::learning, false);
    const Matrix<double> rest = targets.topRows(rows) - scores.template cast<double>();
    head.fit_linear_path(first, rest);
  }

  /// Goes on from the real parameters of a network; neurons to prune go at once.
  void resume(const TrainingState& state) {
    network_.restore(state);
    if (pruned_share_ > 0) network_.prune(pruned_share_);
  }

  const FloatMatrix& forward(const FloatMatrix& inputs, double progress) override {
    if (!network_.is_pruned() && pruned_share_ > 0 && progress >= pruned_at) {
      network_.prune(pruned_share_);
    }
    network_.round_weights();
    if (!frozen_ && progress >= freeze_after) {
      network_.freeze_statistics(sample_);
      frozen_ = true;
    }
    return network_.forward(inputs, frozen_ ? Phase::frozen : Phase::learning,
                            progress >= rounded_from);
  }
  void backward(const FloatMatrix& inputs, const FloatMatrix& scores_gradient) override {
    network_.backward(inputs, scores_gradient);
  }
  void step(const DescentSpec& descent, double rate, float factor) override {
    network_.step(descent, rate, factor);
  }
  double gradient_norm() const override { return network_.gradient_norm(); }
  FloatMatrix finished_scores(const FloatMatrix& inputs) override {
    return finished().integer_scores(inputs.cast<std::int64_t>()).template cast<float>();
  }
  void save_best() override { best_ = finished(); }
  void restore_best() override { restored_ = true; }

  /// The network that training ended with or went back to.
  Finished result() { return restored_ ? best_.value() : finished(); }

 private:
  Finished finished() {
    network_.round_weights();
    if (!frozen_) network_.freeze_statistics(sample_);
    return network_.finish();
  }

  Network network_;
  FloatMatrix sample_;
  double pruned_share_ = 0.0;
  bool frozen_ = false, restored_ = false;
  std::optional<Finished> best_;
};

}  // namespace basalt::learn
