#include "learn/network/train_network.hpp"

#include "base/error.hpp"
#include "learn/layer/milestones.hpp"
#include "learn/network/construct_network.hpp"
#include "learn/network/network_in_training.hpp"
#include "learn/network/training_rows.hpp"
#include "learn/network/warm_start.hpp"
#include "learn/training/restarts.hpp"
#include "learn/training/training_loop.hpp"

namespace basalt::learn {
namespace {

/// A network of integers, with the milestones of its training.
class NetworkTrainee : public Trainee {
 public:
  NetworkTrainee(const NetworkSpec& spec, const TrainingRows& rows,
                 const SparseQuantNeuralNetwork* start, const RandomStream& random)
      : spec_(spec),
        settling_(rows.integers.cast<float>()),
        network_(spec, rows.entrance, outputs_of(rows.train), rows.train.rows(),
                 random.child("network")) {
    if (start == nullptr) {
      start_regression(rows);
      return;
    }
    network_.restore(start->state);
    if (spec.quantization.pruned_share > 0) prune();
  }

  const FloatMatrix& forward(const FloatMatrix& inputs, double progress) override {
    if (!pruned_ && spec_.quantization.pruned_share > 0 && progress >= pruned_at) prune();
    network_.round_weights();
    if (!settled_ && progress >= settled_from) {
      network_.settle(settling_);
      settled_ = true;
    }
    return network_.forward(inputs, settled_ ? Phase::settled : Phase::learning,
                            progress >= rounded_from);
  }
  void backward(const FloatMatrix& inputs, const FloatMatrix& scores_gradient) override {
    network_.backward(inputs, scores_gradient);
  }
  void step(const TrainingSpec&, double rate) override { network_.step(rate); }
  double gradient_norm() const override { return network_.gradient_norm(); }
  FloatMatrix finished_scores(const FloatMatrix& inputs) override {
    return finished().integer_scores(inputs.cast<std::int64_t>()).cast<float>();
  }
  void keep() override { kept_ = finished(); }
  void recall() override { recalled_ = true; }

  /// The network that training ended with or went back to.
  SparseQuantNeuralNetwork result() { return recalled_ ? kept_ : finished(); }

 private:
  /// Descent takes long to the large weights of a linear law.
  void start_regression(const TrainingRows& rows) {
    const bool has_linear_path = spec_.quantization.skip && spec_.training.linear_start &&
                                 rows.entrance.grid.inputs() <= most_fitted;
    if (rows.train.task == Task::classification || !has_linear_path) return;
    const auto fitted = static_cast<Eigen::Index>(std::min(rows.train.rows(), fitted_rows));
    network_.start_regression(settling_.topRows(fitted),
                              rows.scale.apply(rows.train).topRows(fitted));
  }
  void prune() {
    network_.enable_pruning(spec_.quantization.pruned_share);
    network_.make_pruning_permanent();
    pruned_ = true;
  }
  SparseQuantNeuralNetwork finished() {
    network_.round_weights();
    if (!settled_) network_.settle(settling_);
    return network_.finish();
  }

  const NetworkSpec& spec_;
  FloatMatrix settling_;  ///< The rows whose statistics the finished tables have.
  NetworkInTraining network_;
  bool pruned_ = false, settled_ = false, recalled_ = false;
  SparseQuantNeuralNetwork kept_;
};

SparseQuantNeuralNetwork descended(const NetworkSpec& spec, const Dataset& data,
                                   const SparseQuantNeuralNetwork* start,
                                   const RandomStream& random, const TrainingHooks& hooks,
                                   std::vector<EpochRecord>& history) {
  const TrainingRows rows = make_training_rows(spec, data, start, random);
  NetworkTrainee trainee(spec, rows, start, random);
  run_training(spec.training, trainee, rows.loop_rows(spec, random), rows.loop_valid(), random,
               hooks, history);
  SparseQuantNeuralNetwork network = trainee.result();
  rows.scale.restore(network);
  return network;
}

}  // namespace

SparseQuantNeuralNetwork train_network(const NetworkSpec& spec, const Dataset& data,
                                       RandomStream random, const TrainingHooks& hooks,
                                       std::vector<EpochRecord>& history) {
  const RandomStream stream = stream_of(spec.training, random);
  if (spec.construction == Construction::greedy) {
    return construct_network(spec, data, stream, hooks, history);
  }
  return best_of_starts(
      spec.training, data, stream, history,
      [&](const RandomStream& own, std::vector<EpochRecord>& records) {
        return descended(spec, data, nullptr, own, hooks, records);
      },
      [](const SparseQuantNeuralNetwork& network, const Matrix<double>& features) {
        return network.scores(features);
      });
}

SparseQuantNeuralNetwork train_network_further(const NetworkSpec& spec,
                                               const SparseQuantNeuralNetwork& start,
                                               const Dataset& data, RandomStream random,
                                               const TrainingHooks& hooks,
                                               std::vector<EpochRecord>& history) {
  require(!start.state.empty(), ErrorCode::invalid_argument,
          "train: the network was imported, constructed or quantized after training; only one "
          "that descent trained can be trained further or pruned");
  refuse_second_pruning(spec.quantization, start.state);
  NetworkSpec resumed = spec;
  resumed.hidden.clear();
  for (const LayerState& layer : start.state.layers) {
    resumed.hidden.push_back(static_cast<std::size_t>(layer.weights.rows()));
  }
  return further(resumed.training, random, history,
                 [&](const RandomStream& stream, std::vector<EpochRecord>& records) {
                   return descended(resumed, data, &start, stream, hooks, records);
                 });
}

}  // namespace basalt::learn
