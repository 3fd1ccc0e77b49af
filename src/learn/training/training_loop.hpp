// The loop over epochs and batches, for every network that is trained by descent.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "learn/estimator/hooks.hpp"
#include "learn/network/network_spec.hpp"

namespace basalt::learn {

/// What a loop trains.
class Trainee {
 public:
  virtual ~Trainee() = default;
  /// Scores of a batch. `progress` is the share of all steps that are done.
  /// Shape: [batch x inputs] -> [batch x outputs].
  virtual const FloatMatrix& forward(const FloatMatrix& inputs, double progress) = 0;
  /// From the gradient of the scores of the last forward pass.
  virtual void backward(const FloatMatrix& inputs, const FloatMatrix& scores_gradient) = 0;
  /// One step of descent, at `rate`.
  virtual void step(const NetworkSpec& spec, double rate) = 0;
  /// Euclidean norm of the gradient of the last backward pass, before clipping; 0: not known.
  virtual double gradient_norm() const { return 0.0; }
  /// Scores as they would be if training ended now. `inputs` as in training.
  virtual FloatMatrix finished_scores(const FloatMatrix& inputs) = 0;
  /// Keeps the present parameters, and goes back to the kept ones.
  virtual void keep() = 0;
  virtual void recall() = 0;
};

/// Rows as they enter a network, with what they stand for.
struct LoopRows {
  std::vector<FloatMatrix>
      copies{};  ///< The rows, then changed copies: a row of a batch draws one.
  std::vector<Matrix<std::uint8_t>> integers{};  ///< In place of `copies`, a quarter of the memory.
  /// Makes the integers of a changed copy, anew for each epoch; none: the copies above are all.
  std::function<Matrix<std::uint8_t>(std::size_t epoch)> change{};
  double changed_share = 1.0;          ///< Share of the rows that draw a changed copy.
  std::vector<std::int32_t> labels{};  ///< Classification.
  FloatMatrix targets{};               ///< Regression: mean 0, deviation 1.
  std::vector<double> target_mean{}, target_deviation{};  ///< Of the real targets, for scores.

  std::size_t rows() const noexcept {
    if (!integers.empty()) return static_cast<std::size_t>(integers.front().rows());
    return copies.empty() ? 0 : static_cast<std::size_t>(copies.front().rows());
  }
  std::size_t copy_count() const noexcept {
    return std::max(copies.size(), integers.size() + (change ? 1U : 0U));
  }
  /// The rows themselves.
  FloatMatrix originals() const;
};

/// Classes or targets of `data`.
std::size_t outputs_of(const Dataset& data);

/// Trains by `spec`: epochs, batches, schedule, loss, callbacks, shuffling. One record of history
/// per epoch. Nothing but the arguments decides the result.
/// Errors: invalid_argument with subject "lr" if the loss is no longer finite.
void run_training(const NetworkSpec& spec, Trainee& trainee, const LoopRows& train,
                  const LoopRows& valid, const RandomStream& random, const TrainingHooks& hooks,
                  std::vector<EpochRecord>& history);

}  // namespace basalt::learn
