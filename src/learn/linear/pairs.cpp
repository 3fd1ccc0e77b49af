#include "learn/linear/pairs.hpp"

#include "base/error.hpp"
#include "learn/estimator/class_weight.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

/// Rows of each class, in their order.
std::vector<std::vector<std::size_t>> rows_by_class(const Dataset& data) {
  std::vector<std::vector<std::size_t>> rows(data.classes.size());
  for (std::size_t row = 0; row < data.rows(); ++row) {
    rows[static_cast<std::size_t>(data.labels[row])].push_back(row);
  }
  for (std::size_t label = 0; label < rows.size(); ++label) {
    if (!rows[label].empty()) continue;
    throw Error(ErrorCode::invalid_argument,
                concat("\"multi_class\" is \"ovo\", which needs rows of every class; the training "
                       "rows have none of class \"",
                       data.classes[label], "\""),
                "multi_class");
  }
  return rows;
}

/// The rows of two classes, labelled 0 and 1.
Dataset pair_of(const Dataset& data, const std::vector<std::size_t>& rows, std::size_t first,
                std::size_t second) {
  Dataset pair = take_rows(data, rows);
  for (std::int32_t& label : pair.labels) label = label == static_cast<std::int32_t>(second);
  pair.classes = {data.classes[first], data.classes[second]};
  return pair;
}

}  // namespace

LinearFit fit_pairs(const ClassSolver& solve, const Dataset& data, const std::string& class_weight,
                    const RandomStream& random) {
  const auto by_class = rows_by_class(data);
  const std::size_t classes = by_class.size();
  const Vector<double> weights = row_weights(class_weight, data);
  const auto pairs = static_cast<Index>(classes * (classes - 1) / 2);
  LinearFit all{Matrix<double>(pairs, data.features.cols()), Vector<double>(pairs)};
  Index at = 0;
  for (std::size_t first = 0; first < classes; ++first) {
    for (std::size_t second = first + 1; second < classes; ++second, ++at) {
      std::vector<std::size_t> rows = by_class[first];
      rows.insert(rows.end(), by_class[second].begin(), by_class[second].end());
      const Dataset pair = pair_of(data, rows, first, second);
      Vector<double> own(static_cast<Index>(rows.size()));
      for (Index i = 0; i < own.size(); ++i) {
        own(i) = weights(static_cast<Index>(rows[static_cast<std::size_t>(i)]));
      }
      if (class_weight == "balanced") own = row_weights(class_weight, pair);
      const LinearFit fit = solve(pair, own, random.child("pair", static_cast<std::uint64_t>(at)));
      all.coefficients.row(at) = fit.coefficients.row(0);
      all.intercepts(at) = fit.intercepts(0);
    }
  }
  return all;
}

}  // namespace basalt::learn
