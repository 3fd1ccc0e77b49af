#include "learn/network/train_network.hpp"

#include "base/error.hpp"
#include "learn/layer/quantized_training.hpp"
#include "learn/network/construct_network.hpp"
#include "learn/network/network_in_training.hpp"
#include "learn/network/training_rows.hpp"
#include "learn/network/warm_start.hpp"
#include "learn/training/restarts.hpp"
#include "learn/training/resume.hpp"
#include "learn/training/training_loop.hpp"

namespace basalt::learn {
namespace {

/// Trains one network, from random parameters or from those of `start`.
SparseQuantNeuralNetwork train_by_descent(const NetworkSpec& spec, const Dataset& data,
                                          const SparseQuantNeuralNetwork* start,
                                          const RandomStream& random, const TrainingHooks& hooks,
                                          std::vector<EpochRecord>& history) {
  const TrainingRows rows = make_training_rows(spec, data, start, random);
  const FloatMatrix inputs = rows.integers.cast<float>();
  QuantizedTraining<NetworkInTraining> training(
      NetworkInTraining(spec, rows.inputs, outputs_of(rows.train), rows.train.rows(),
                        random.child("network")),
      inputs, spec.quantization.pruned_share);
  if (start != nullptr) {
    training.resume(start->state);
  } else if (data.task == Task::regression && spec.training.linear_start) {
    training.start_regression(inputs, rows.scale.apply(rows.train),
                              spec.training.linear_start_weight);
  }
  run_training(spec.training, training, rows.loop_rows(spec, random), rows.loop_valid(), random,
               hooks, history);
  SparseQuantNeuralNetwork network = training.result();
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
        return train_by_descent(spec, data, nullptr, own, hooks, records);
      },
      [](const SparseQuantNeuralNetwork& network, const Matrix<double>& features) {
        return network.scores(features);
      });
}

SparseQuantNeuralNetwork resume_network(const NetworkSpec& spec,
                                        const SparseQuantNeuralNetwork& start, const Dataset& data,
                                        RandomStream random, const TrainingHooks& hooks,
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
  return resume_from(resumed.training, random, history,
                     [&](const RandomStream& stream, std::vector<EpochRecord>& records) {
                       return train_by_descent(resumed, data, &start, stream, hooks, records);
                     });
}

}  // namespace basalt::learn
