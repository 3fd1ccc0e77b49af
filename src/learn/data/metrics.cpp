#include "learn/data/metrics.hpp"

#include "base/error.hpp"

namespace basalt::learn {
namespace {

template <class A, class B>
void check_sizes(const char* what, const A& truth, const B& predicted) {
  require(truth.size() == predicted.size() && truth.size() > 0, ErrorCode::mismatch, what, ": ",
          truth.size(), " true and ", predicted.size(), " predicted values");
}

}  // namespace

double accuracy(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted) {
  check_sizes("accuracy", truth, predicted);
  std::size_t equal = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) equal += truth[i] == predicted[i] ? 1U : 0U;
  return static_cast<double>(equal) / static_cast<double>(truth.size());
}

Matrix<std::int64_t> confusion(std::span<const std::int32_t> truth,
                               std::span<const std::int32_t> predicted, std::size_t classes) {
  check_sizes("confusion", truth, predicted);
  const auto count = static_cast<Eigen::Index>(classes);
  Matrix<std::int64_t> table = Matrix<std::int64_t>::Zero(count, count);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    require(truth[i] >= 0 && truth[i] < count && predicted[i] >= 0 && predicted[i] < count,
            ErrorCode::invalid_argument, "confusion: labels ", truth[i], " and ", predicted[i],
            " of ", classes, " classes");
    ++table(truth[i], predicted[i]);
  }
  return table;
}

double f1_macro(std::span<const std::int32_t> truth, std::span<const std::int32_t> predicted,
                std::size_t classes) {
  const Matrix<std::int64_t> table = confusion(truth, predicted, classes);
  double sum = 0.0;
  int counted = 0;
  for (Eigen::Index c = 0; c < table.rows(); ++c) {
    const auto both = static_cast<double>(table.row(c).sum() + table.col(c).sum());
    if (both == 0.0) continue;
    sum += 2.0 * static_cast<double>(table(c, c)) / both;
    ++counted;
  }
  return counted > 0 ? sum / counted : 0.0;
}

double mean_squared_error(const Matrix<double>& truth, const Matrix<double>& predicted) {
  check_sizes("mean squared error", truth, predicted);
  require(truth.cols() == predicted.cols(), ErrorCode::mismatch,
          "mean squared error: ", truth.cols(), " true and ", predicted.cols(),
          " predicted outputs");
  return (truth - predicted).array().square().mean();
}

double r2_score(const Matrix<double>& truth, const Matrix<double>& predicted) {
  check_sizes("r2", truth, predicted);
  require(truth.cols() == predicted.cols(), ErrorCode::mismatch, "r2: ", truth.cols(), " true and ",
          predicted.cols(), " predicted outputs");
  double sum = 0.0;
  for (Eigen::Index column = 0; column < truth.cols(); ++column) {
    const double mean = truth.col(column).mean();
    const double total = (truth.col(column).array() - mean).square().sum();
    const double rest = (truth.col(column) - predicted.col(column)).squaredNorm();
    sum += total > 0.0 ? 1.0 - rest / total : (rest == 0.0 ? 1.0 : 0.0);
  }
  return sum / static_cast<double>(truth.cols());
}

std::vector<std::int32_t> predicted_classes(const Matrix<double>& scores) {
  std::vector<std::int32_t> labels;
  for (Eigen::Index row = 0; row < scores.rows(); ++row) {
    Eigen::Index label = 0;
    scores.row(row).maxCoeff(&label);
    labels.push_back(static_cast<std::int32_t>(label));
  }
  return labels;
}

double training_error(const Dataset& data, const Matrix<double>& scores) {
  return data.task == Task::classification ? 1.0 - accuracy(data.labels, predicted_classes(scores))
                                           : mean_squared_error(data.targets, scores);
}

}  // namespace basalt::learn
