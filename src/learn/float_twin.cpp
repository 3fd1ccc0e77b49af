#include "learn/float_twin.hpp"

#include "base/error.hpp"
#include "learn/callbacks.hpp"
#include "learn/metrics.hpp"

namespace basalt::learn {

bool wants_float_twin(const Model& model) {
  return model.settings.has("fit_benchmark") && model.settings.flag("fit_benchmark");
}

FloatTwin train_float_twin(const Model& model, const Dataset& train, const RandomStream& random) {
  require(std::holds_alternative<SparseQuantNeuralNetwork>(model.family), ErrorCode::unsupported,
          "float twin: ", model.estimator, " is no neural network");
  Dataset scaled = train;
  scaled.features = model.standardizer.apply(train.features);
  const NetworkSpec spec = network_spec(model.settings, scaled);
  const RandomStream stream =
      spec.random_state >= 0 ? RandomStream(Seed{static_cast<std::uint64_t>(spec.random_state)})
                             : random;
  std::vector<EpochRecord> history;
  return {.standardizer = model.standardizer,
          .task = model.task,
          .network = train_float_network(spec, 0, scaled, stream.child("float_twin"), {}, history)};
}

std::map<std::string, double> judge(const FloatTwin& twin, const Dataset& rows) {
  const Matrix<double> scores = float_scores(twin.network, twin.standardizer.apply(rows.features));
  if (twin.task == Task::classification) {
    return {{"accuracy", accuracy(rows.labels, largest_of(scores))}};
  }
  return {{"r2", r2_score(rows.targets, scores)},
          {"mse", mean_squared_error(rows.targets, scores)}};
}

}  // namespace basalt::learn
