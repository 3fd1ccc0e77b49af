// Nearest neighbours among few training points, on quantized features.
#pragma once

#include <cstdint>
#include <vector>

#include "base/describe.hpp"
#include "base/matrix.hpp"
#include "quant/quantizer.hpp"

namespace basalt::learn {

/// The points that vote, and how many of them do. Distances are Euclidean on the quantized
/// features; of points equally far, the one that stands first is nearer.
struct NearestNeighbors {
  std::vector<quant::Quantizer> features;  ///< Of each standardized feature, unsigned.
  Matrix<std::int64_t> points;             ///< Shape: [points x features].
  std::vector<std::int32_t> labels;        ///< Class of each point.
  std::int64_t n_neighbors = 3;
};

template <class Visitor>
void describe(Visitor& visit, MaybeConst<NearestNeighbors> auto& neighbors) {
  visit.part("features", neighbors.features);
  visit("points", neighbors.points);
  visit("labels", neighbors.labels);
  visit("n_neighbors", neighbors.n_neighbors);
}

/// Votes of the nearest points. Shape: [rows x features] -> [rows x classes].
Matrix<std::int64_t> votes(const NearestNeighbors& neighbors, const Matrix<double>& features,
                           std::size_t classes);

}  // namespace basalt::learn
