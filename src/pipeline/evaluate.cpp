#include "pipeline/evaluate.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "learn/data/metrics.hpp"
#include "pipeline/result_names.hpp"

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

std::size_t correct_labels(const learn::Dataset& rows, const std::vector<std::string>& classes,
                           const std::vector<ir::Prediction>& predictions) {
  const std::vector<std::int32_t> map = class_map(rows.classes, classes);
  std::size_t correct = 0;
  for (std::size_t row = 0; row < predictions.size(); ++row) {
    const std::int32_t truth = map.at(static_cast<std::size_t>(rows.labels.at(row)));
    correct += predictions[row].label == truth ? 1U : 0U;
  }
  return correct;
}

Matrix<double> values_of(const std::vector<ir::Prediction>& predictions, Eigen::Index outputs) {
  Matrix<double> values(static_cast<Eigen::Index>(predictions.size()), outputs);
  for (std::size_t row = 0; row < predictions.size(); ++row) {
    const std::vector<double>& found = predictions[row].values;
    require(found.size() == static_cast<std::size_t>(outputs), ErrorCode::mismatch,
            "evaluate: the model has ", found.size(), " outputs, the rows ", outputs);
    std::copy(found.begin(), found.end(), values.row(static_cast<Eigen::Index>(row)).data());
  }
  return values;
}

std::size_t equal_labels(const ir::Postprocessing& post, const Matrix<ir::Integer>& one,
                         const Matrix<ir::Integer>& other) {
  const auto first = predictions_of(post, one), second = predictions_of(post, other);
  std::size_t equal = 0;
  for (std::size_t row = 0; row < first.size(); ++row) {
    equal += first[row].label == second[row].label ? 1U : 0U;
  }
  return equal;
}

}  // namespace

std::vector<ir::Prediction> predictions_of(const ir::Postprocessing& post,
                                           const Matrix<ir::Integer>& integers) {
  std::vector<ir::Prediction> predictions;
  const auto columns = static_cast<std::size_t>(integers.cols());
  for (Eigen::Index row = 0; row < integers.rows(); ++row) {
    predictions.push_back(interpret(post, {integers.row(row).data(), columns}));
  }
  return predictions;
}

Results Metrics::results(const std::string& prefix) const {
  if (task == learn::Task::classification) return {{prefix + result_name::accuracy, accuracy()}};
  return {{prefix + result_name::mse, mse}, {prefix + result_name::r2, r2}};
}

Metrics evaluate(const ir::Postprocessing& post, const learn::Dataset& rows,
                 const Matrix<ir::Integer>& integers) {
  const bool classifies = !post.classes.empty();
  require(classifies == (rows.task == learn::Task::classification), ErrorCode::mismatch,
          "evaluate: the model is for ", classifies ? "classes" : "values", ", the rows have ",
          classifies ? "values" : "classes");
  require(integers.rows() == rows.features.rows(), ErrorCode::mismatch,
          "evaluate: ", integers.rows(), " predicted rows for ", rows.features.rows(),
          " true ones");
  require(integers.rows() > 0, ErrorCode::mismatch, "evaluate: there are no rows");
  const std::vector<ir::Prediction> predictions = predictions_of(post, integers);
  Metrics metrics{.task = rows.task, .rows = predictions.size()};
  if (classifies) {
    metrics.correct = correct_labels(rows, post.classes, predictions);
  } else {
    const Matrix<double> values = values_of(predictions, rows.targets.cols());
    metrics.r2 = learn::r2_score(rows.targets, values);
    metrics.mse = learn::mean_squared_error(rows.targets, values);
  }
  return metrics;
}

Matrix<ir::Integer> clear_integers(const circuit::Circuit& circuit,
                                   const Matrix<double>& features) {
  const ir::EncodedGraph& encoded = circuit.encoded;
  return evaluate(encoded.graph, quantize_rows(encoded.preprocessing, features));
}

Matrix<ir::Integer> clear_integers(const compile::Lowered& lowered,
                                   const Matrix<double>& features) {
  return evaluate(lowered.graph, quantize_rows(lowered.preprocessing, features));
}

Metrics evaluate_clear(const circuit::Circuit& circuit, const learn::Dataset& rows) {
  return evaluate(circuit.encoded.postprocessing, rows, clear_integers(circuit, rows.features));
}

Metrics evaluate_clear(const compile::Lowered& lowered, const learn::Dataset& rows) {
  return evaluate(lowered.postprocessing, rows, clear_integers(lowered, rows.features));
}

std::size_t equal_rows(const Matrix<ir::Integer>& one, const Matrix<ir::Integer>& other) {
  require(one.rows() == other.rows() && one.cols() == other.cols(), ErrorCode::mismatch,
          "equal rows: one side has ", one.rows(), " x ", one.cols(), " integers, the other ",
          other.rows(), " x ", other.cols());
  std::size_t equal = 0;
  for (Eigen::Index row = 0; row < one.rows(); ++row) {
    equal += one.row(row) == other.row(row) ? 1U : 0U;
  }
  return equal;
}

Comparison compare(const ir::Postprocessing& post, const learn::Dataset& rows,
                   const Matrix<ir::Integer>& integers, const Matrix<ir::Integer>& clear) {
  Comparison comparison{.metrics = evaluate(post, rows, integers),
                        .equal = equal_rows(integers, clear),
                        .equal_labels = {}};
  if (!post.classes.empty()) comparison.equal_labels = equal_labels(post, integers, clear);
  return comparison;
}

}  // namespace basalt::pipeline
