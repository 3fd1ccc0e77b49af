#include "learn/float/float_twin.hpp"

#include "base/error.hpp"
#include "learn/data/metrics.hpp"
#include "learn/training/callbacks.hpp"

namespace basalt::learn {

bool wants_float_twin(const Model& model) {
  return model.settings.has("fit_benchmark") && model.settings.flag("fit_benchmark");
}

FloatTwin train_float_twin(const Model& model, const Dataset& train, const RandomStream& random) {
  const bool is_cnn = std::holds_alternative<QuantCNN>(model.family);
  require(is_cnn || std::holds_alternative<SparseQuantNeuralNetwork>(model.family),
          ErrorCode::unsupported, "float twin: ", model.estimator, " is no neural network");
  Dataset scaled = train;
  scaled.features = model.standardizer.apply(train.features);
  FloatTwin twin{.standardizer = model.standardizer, .task = model.task, .network = {}};
  std::vector<EpochRecord> history;
  if (is_cnn) {
    const CnnSpec spec = cnn_spec(model.settings, scaled);
    const RandomStream stream = stream_of(spec.training, random).child("float_twin");
    twin.network = train_float_cnn(spec, scaled, stream, {}, history);
  } else {
    const NetworkSpec spec = network_spec(model.settings, scaled);
    const RandomStream stream = stream_of(spec.training, random).child("float_twin");
    twin.network = train_float_network(spec, 0, scaled, stream, {}, history);
  }
  return twin;
}

std::map<std::string, double> judge(const FloatTwin& twin, const Dataset& rows) {
  const Matrix<double> features = twin.standardizer.apply(rows.features);
  const Matrix<double> scores = std::visit(
      [&](const auto& network) { return float_scores(network, features); }, twin.network);
  if (twin.task == Task::classification) {
    return {{"accuracy", accuracy(rows.labels, largest_of(scores))}};
  }
  return {{"r2", r2_score(rows.targets, scores)},
          {"mse", mean_squared_error(rows.targets, scores)}};
}

}  // namespace basalt::learn
