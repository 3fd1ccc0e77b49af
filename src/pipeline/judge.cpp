// Metrics of decrypted or clear integers, and the digest of what a run found.
#include <algorithm>

#include "learn/data/metrics.hpp"
#include "pipeline/pipeline.hpp"

namespace basalt::pipeline {
namespace {

/// Index of each class of the rows among the model's classes; -1 if the model has no such class.
std::vector<std::int32_t> class_map(const std::vector<std::string>& from,
                                    const std::vector<std::string>& to) {
  std::vector<std::int32_t> map;
  for (const std::string& name : from) {
    const auto place = std::ranges::find(to, name);
    map.push_back(place == to.end() ? -1 : static_cast<std::int32_t>(place - to.begin()));
  }
  return map;
}

std::map<std::string, double> judge_labels(const learn::Dataset& rows,
                                           const std::vector<std::string>& classes,
                                           const std::vector<ir::Prediction>& predictions) {
  const std::vector<std::int32_t> map = class_map(rows.classes, classes);
  std::vector<std::int32_t> truth, predicted;
  for (std::size_t row = 0; row < predictions.size(); ++row) {
    truth.push_back(map.at(static_cast<std::size_t>(rows.labels[row])));
    predicted.push_back(predictions[row].label);
  }
  return {{"accuracy", learn::accuracy(truth, predicted)}};
}

std::map<std::string, double> judge_values(const learn::Dataset& rows,
                                           const std::vector<ir::Prediction>& predictions) {
  Matrix<double> values(rows.targets.rows(), rows.targets.cols());
  for (std::size_t row = 0; row < predictions.size(); ++row) {
    const std::vector<double>& found = predictions[row].values;
    require(found.size() == static_cast<std::size_t>(values.cols()), ErrorCode::mismatch,
            "judge: the model has ", found.size(), " outputs, the rows ", values.cols());
    std::copy(found.begin(), found.end(), values.row(static_cast<Eigen::Index>(row)).data());
  }
  return {{"r2", learn::r2_score(rows.targets, values)},
          {"mse", learn::mean_squared_error(rows.targets, values)}};
}

}  // namespace

std::map<std::string, double> judge(const ir::Postprocessing& post, const learn::Dataset& rows,
                                    const Matrix<ir::Integer>& integers) {
  const bool classifies = !post.classes.empty();
  require(classifies == (rows.task == learn::Task::classification), ErrorCode::mismatch,
          "judge: the model is for ", classifies ? "classes" : "values", ", the rows have ",
          classifies ? "values" : "classes");
  require(integers.rows() == rows.features.rows(), ErrorCode::mismatch, "judge: ", integers.rows(),
          " predicted rows for ", rows.features.rows(), " true ones");
  std::vector<ir::Prediction> predictions;
  for (Eigen::Index row = 0; row < integers.rows(); ++row) {
    predictions.push_back(
        interpret(post, {integers.row(row).data(), static_cast<std::size_t>(integers.cols())}));
  }
  return classifies ? judge_labels(rows, post.classes, predictions)
                    : judge_values(rows, predictions);
}

std::map<std::string, double> judge_clear(const circuit::Circuit& circuit,
                                          const learn::Dataset& rows) {
  const ir::EncodedGraph& encoded = circuit.encoded;
  const Matrix<ir::Integer> inputs = quantize_rows(encoded.preprocessing, rows.features);
  return judge(encoded.postprocessing, rows, evaluate(encoded.graph, inputs));
}

Digest Record::digest() const {
  Hasher hasher("record");
  hasher.add(state).add(reason);
  hasher.add(static_cast<std::uint64_t>(result.size()));
  for (const auto& [name, value] : result) hasher.add(name).add(value);
  return hasher.add(model_id).add(circuit_id).finish();
}

}  // namespace basalt::pipeline
