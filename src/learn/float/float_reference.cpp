#include "learn/float/float_reference.hpp"

#include "base/error.hpp"
#include "learn/data/metrics.hpp"
#include "learn/training/callbacks.hpp"

namespace basalt::learn {

bool wants_float_reference(const Model& model) {
  return model.settings.has("fit_benchmark") && model.settings.flag("fit_benchmark");
}

FloatReference train_float_reference(const Model& model, const Dataset& train,
                                     const RandomStream& random) {
  const bool is_cnn = std::holds_alternative<QuantCNN>(model.family);
  require(is_cnn || std::holds_alternative<SparseQuantNeuralNetwork>(model.family),
          ErrorCode::unsupported, "float reference: ", model.estimator, " is no neural network");
  Dataset scaled = train;
  scaled.features = model.standardizer.apply(train.features);
  FloatReference reference{.standardizer = model.standardizer, .task = model.task, .network = {}};
  std::vector<EpochRecord> history;
  if (is_cnn) {
    const CnnSpec spec = cnn_spec(model.settings, scaled);
    const RandomStream stream = stream_of(spec.training, random).child("float_twin");
    reference.network = train_float_cnn(spec, scaled, stream, {}, history);
  } else {
    const NetworkSpec spec = network_spec(model.settings, scaled);
    const RandomStream stream = stream_of(spec.training, random).child("float_twin");
    reference.network = train_float_network(spec, 0, scaled, stream, {}, history);
  }
  return reference;
}

std::map<std::string, double> evaluate(const FloatReference& reference, const Dataset& rows) {
  const Matrix<double> features = reference.standardizer.apply(rows.features);
  const Matrix<double> scores = std::visit(
      [&](const auto& network) { return float_scores(network, features); }, reference.network);
  if (reference.task == Task::classification) {
    return {{"accuracy", accuracy(rows.labels, predicted_classes(scores))}};
  }
  return {{"r2", r2_score(rows.targets, scores)},
          {"mse", mean_squared_error(rows.targets, scores)}};
}

}  // namespace basalt::learn
