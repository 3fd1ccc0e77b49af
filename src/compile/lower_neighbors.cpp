// Lowers nearest neighbours: a sign for each pair of points, a rank for each point, votes.
#include <algorithm>
#include <utility>

#include "compile/lower.hpp"

namespace basalt::compile {
namespace {

using Eigen::Index;
using ir::Integer;

/// A wrapping table that detects whether an integer of a range is negative.
struct SignTable {
  /// Bits for integers from `low` to `high`: both sides of 0 must fit one half of the torus.
  static Bits bits_for(Integer low, Integer high) {
    Bits bits{1};
    while ((Integer{1} << (bits.value - 1)) < std::max(-low, high + 1)) ++bits.value;
    return bits;
  }
  static Matrix<Integer> table(Bits bits) {
    const Index half = Index{1} << (bits.value - 1);
    Matrix<Integer> row = Matrix<Integer>::Zero(1, 2 * half);
    row.rightCols(half).setOnes();
    return row;
  }
};

void append_sign(ir::Graph& graph, const char* name, Bits bits, std::size_t elements) {
  ir::Lookup lookup;
  lookup.input = graph.nodes.size() - 1;
  lookup.bits = bits;
  lookup.wraps = true;
  lookup.tables = SignTable::table(bits);
  lookup.table_of.assign(elements, 0);
  graph.nodes.push_back({name, std::move(lookup)});
}

void append_linear(ir::Graph& graph, const char* name, const Matrix<Integer>& weights,
                   std::vector<Integer> bias) {
  graph.nodes.push_back(
      {name, ir::Linear{.terms = {{graph.nodes.size() - 1, ir::SparseMatrix::from_dense(weights)}},
                        .bias = std::move(bias)}});
}

/// Comparisons of pairs whose order depends on the row, and what they add to ranks.
struct Pairs {
  Matrix<Integer> weights;     ///< Shape: [pairs x features]. Below 0: the first is nearer.
  std::vector<Integer> bias;   ///< Of the comparisons.
  Integer low = 0, high = 0;   ///< Of all comparisons.
  Matrix<Integer> ranks;       ///< Shape: [points x pairs].
  std::vector<Integer> start;  ///< Rank of each point before the pairs count.
};

/// The distances d_i, d_l of points i < l from x obey d_i <= d_l iff
/// (p_l - p_i) x <= (|p_l|^2 - |p_i|^2) / 2: squares of x cancel.
Pairs pairs_of(const learn::NearestNeighbors& family) {
  const Index points = family.points.rows();
  Pairs pairs;
  pairs.start.assign(static_cast<std::size_t>(points), 0);
  const Index most = points * (points - 1) / 2;
  pairs.weights.resize(most, family.points.cols());
  pairs.ranks = Matrix<Integer>::Zero(points, most);
  Index used = 0;
  for (Index i = 0; i < points; ++i) {
    for (Index l = i + 1; l < points; ++l) {
      const auto difference = (family.points.row(l) - family.points.row(i)).eval();
      const Integer squares =
          family.points.row(l).squaredNorm() - family.points.row(i).squaredNorm();
      const Integer bias = -(squares >> 1) - 1;  // the shift rounds down
      Integer low = bias, high = bias;
      for (Index j = 0; j < difference.size(); ++j) {
        const Integer most_of_feature = family.features[static_cast<std::size_t>(j)].spec().high;
        (difference(j) < 0 ? low : high) += difference(j) * most_of_feature;
      }
      const auto first = static_cast<std::size_t>(i), second = static_cast<std::size_t>(l);
      if (low >= 0 || high < 0) {
        ++pairs.start[high < 0 ? second : first];
        continue;
      }
      // The second point falls behind where the bit is 1, the first where it is 0.
      ++pairs.start[first];
      pairs.ranks(i, used) = -1;
      pairs.ranks(l, used) = 1;
      pairs.weights.row(used++) = difference;
      pairs.bias.push_back(bias);
      pairs.low = std::min(pairs.low, low);
      pairs.high = std::max(pairs.high, high);
    }
  }
  pairs.weights.conservativeResize(used, Eigen::NoChange);
  pairs.ranks.conservativeResize(Eigen::NoChange, used);
  return pairs;
}

}  // namespace

Lowered lower(const learn::NearestNeighbors& family, const learn::Model& model) {
  Lowered lowered;
  lowered.preprocessing = standardization_of(model);
  lowered.preprocessing.quantizers = family.features;
  Integer high = 0;
  for (std::size_t j = 0; j < family.features.size(); ++j) {
    lowered.preprocessing.feature_of.push_back(static_cast<std::uint32_t>(j));
    high = std::max(high, family.features[j].spec().high);
  }
  ir::Graph& graph = lowered.graph;
  graph.nodes.push_back(
      {"features", ir::Input{.size = family.features.size(), .low = 0, .high = high}});

  Pairs pairs = pairs_of(family);
  const auto points = static_cast<std::size_t>(family.points.rows());
  const auto classes = static_cast<Index>(model.classes.size());
  Matrix<Integer> votes = Matrix<Integer>::Zero(classes, family.points.rows());
  for (std::size_t i = 0; i < points; ++i) {
    votes(family.labels[i], static_cast<Index>(i)) = 1;
  }
  if (pairs.bias.empty()) {
    // One point, or points whose order no row changes: the votes are constants.
    std::vector<Integer> constant(model.classes.size(), 0);
    for (std::size_t i = 0; i < points; ++i) {
      const auto label = static_cast<std::size_t>(family.labels[i]);
      if (pairs.start[i] < family.n_neighbors) ++constant[label];
    }
    append_linear(graph, "votes", Matrix<Integer>::Zero(classes, family.points.cols()), constant);
  } else {
    const std::size_t compared = pairs.bias.size();
    append_linear(graph, "distances", pairs.weights, std::move(pairs.bias));
    append_sign(graph, "nearer", SignTable::bits_for(pairs.low, pairs.high), compared);
    for (Integer& rank : pairs.start) rank -= family.n_neighbors;
    append_linear(graph, "ranks", pairs.ranks, std::move(pairs.start));
    const auto last = static_cast<Integer>(points) - 1 - family.n_neighbors;
    append_sign(graph, "chosen", SignTable::bits_for(-family.n_neighbors, last), points);
    append_linear(graph, "votes", votes, std::vector<Integer>(model.classes.size(), 0));
  }
  graph.nodes.push_back({"output", ir::Output{.input = graph.nodes.size() - 1}});

  lowered.postprocessing.combine = ir::SparseMatrix::identity(model.classes.size());
  lowered.postprocessing.scale.assign(model.classes.size(), 1.0);
  lowered.postprocessing.offset.assign(model.classes.size(), 0.0);
  lowered.postprocessing.link = ir::Link::vote;
  lowered.postprocessing.classes = model.classes;
  return lowered;
}

}  // namespace basalt::compile
