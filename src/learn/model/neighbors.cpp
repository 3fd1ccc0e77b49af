#include "learn/model/neighbors.hpp"

#include <algorithm>
#include <numeric>

#include "learn/data/feature_quantizer.hpp"

namespace basalt::learn {

using Eigen::Index;

Matrix<std::int64_t> votes(const NearestNeighbors& neighbors, const Matrix<double>& features,
                           std::size_t classes) {
  const Matrix<std::int64_t> rows = quantize_features(neighbors.features, features);
  Matrix<std::int64_t> result =
      Matrix<std::int64_t>::Zero(rows.rows(), static_cast<Index>(classes));
  std::vector<Index> order(static_cast<std::size_t>(neighbors.points.rows()));
  for (Index row = 0; row < rows.rows(); ++row) {
    const Vector<std::int64_t> distance =
        (neighbors.points.rowwise() - rows.row(row)).rowwise().squaredNorm();
    std::iota(order.begin(), order.end(), Index{0});
    std::ranges::stable_sort(order, [&](Index a, Index b) { return distance(a) < distance(b); });
    for (std::int64_t i = 0; i < neighbors.n_neighbors; ++i) {
      const Index point = order[static_cast<std::size_t>(i)];
      ++result(row, neighbors.labels[static_cast<std::size_t>(point)]);
    }
  }
  return result;
}

}  // namespace basalt::learn
