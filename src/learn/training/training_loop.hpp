// The loop over epochs and batches, for every network that is trained by descent.
#pragma once

#include <vector>

#include "learn/estimator/hooks.hpp"
#include "learn/training/loop_rows.hpp"
#include "learn/training/training_spec.hpp"

namespace basalt::learn {

/// What a loop trains.
class TrainableNetwork {
 public:
  virtual ~TrainableNetwork() = default;
  /// Scores of a batch. `progress` is the share of all steps that are done.
  /// Shape: [batch x inputs] -> [batch x outputs].
  virtual const FloatMatrix& forward(const FloatMatrix& inputs, double progress) = 0;
  /// From the gradient of the scores of the last forward pass.
  virtual void backward(const FloatMatrix& inputs, const FloatMatrix& scores_gradient) = 0;
  /// One step of descent, at `rate`, with all gradients times `factor`.
  virtual void step(const DescentSpec& descent, double rate, float factor) = 0;
  /// Euclidean norm of the gradient of the last backward pass, before clipping; 0: not known.
  virtual double gradient_norm() const { return 0.0; }
  /// Scores as they would be if training ended now. `inputs` as in training.
  virtual FloatMatrix finished_scores(const FloatMatrix& inputs) = 0;
  /// Saves the present parameters, and goes back to the saved ones.
  virtual void save_best() = 0;
  virtual void restore_best() = 0;
};

/// Trains by `spec`: epochs, batches, schedule, loss, callbacks, shuffling. One record of history
/// per epoch. Nothing but the arguments decides the result.
/// Errors: invalid_argument with subject "lr" if the loss is no longer finite.
void run_training(const TrainingSpec& spec, TrainableNetwork& network, const LoopRows& train,
                  const LoopRows& valid, const RandomStream& random, const TrainingHooks& hooks,
                  std::vector<EpochRecord>& history);

}  // namespace basalt::learn
