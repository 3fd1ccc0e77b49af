#include "io/import/dense_network.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"

namespace basalt::io {
namespace {

using Eigen::Index;

Matrix<double> gaussian(Index rows, Index columns, RandomStream& random) {
  Matrix<double> values(rows, columns);
  for (Index i = 0; i < values.size(); ++i) values.data()[i] = random.gaussian();
  return values;
}

RealLayer layer(Index neurons, Index inputs, RandomStream& random,
                std::function<double(double)> activation) {
  return {gaussian(neurons, inputs, random) / std::sqrt(static_cast<double>(inputs)),
          gaussian(neurons, 1, random), std::move(activation)};
}

double relu(double x) {
  return std::max(x, 0.0);
}

/// Share of rows whose largest score is the same.
double agreement(const Matrix<double>& a, const Matrix<double>& b) {
  Index same = 0;
  for (Index row = 0; row < a.rows(); ++row) {
    Index i = 0, j = 0;
    a.row(row).maxCoeff(&i);
    b.row(row).maxCoeff(&j);
    same += i == j ? 1 : 0;
  }
  return static_cast<double>(same) / static_cast<double>(a.rows());
}

TEST(DenseNetwork, MoreBitsComeNearerToTheRealScores) {
  RandomStream random{Seed{3}};
  const std::vector<RealLayer> layers{layer(12, 6, random, relu),
                                      layer(8, 12, random, [](double x) { return std::tanh(x); }),
                                      layer(3, 8, random, {})};
  const Matrix<double> features = gaussian(400, 6, random);
  const Matrix<double> real = real_scores(layers, features);
  const auto error = [&](NetworkBits bits) {
    return (quantize_network(layers, features, bits).scores(features) - real).cwiseAbs().mean();
  };

  const double coarse = error({.inputs = {3}, .weights = {3}, .activations = {3}, .tables = {4}});
  const double fine = error({.inputs = {8}, .weights = {9}, .activations = {8}, .tables = {10}});

  EXPECT_LT(fine, 0.02);
  EXPECT_GT(coarse, 4 * fine);
  EXPECT_GT(agreement(quantize_network(layers, features, {}).scores(features), real), 0.85);
}

TEST(DenseNetwork, SumsNeverLeaveTheirTables) {
  RandomStream random{Seed{4}};
  const std::vector<RealLayer> layers{layer(5, 4, random, relu), layer(2, 5, random, {})};
  const Matrix<double> features = gaussian(50, 4, random);
  const learn::SparseQuantNeuralNetwork net = quantize_network(layers, features, {});
  Matrix<std::int64_t> corners(16, 4);
  for (Index row = 0; row < 16; ++row) {
    for (Index j = 0; j < 4; ++j) corners(row, j) = (row >> j & 1) != 0 ? net.input_high : 0;
  }

  EXPECT_NO_THROW(net.forward_all(corners));  // throws if a padded table is left
  for (const learn::QuantLayer& part : net.layers) EXPECT_FALSE(part.wraps);
}

TEST(DenseNetwork, LayersThatDoNotFitAreRefused) {
  RandomStream random{Seed{5}};
  const Matrix<double> features = gaussian(10, 4, random);
  RealLayer infinite = layer(2, 4, random, {});
  infinite.weights(0, 0) = std::numeric_limits<double>::infinity();

  EXPECT_THROW(quantize_network({}, features, {}), Error);
  EXPECT_THROW(quantize_network({layer(2, 5, random, {})}, features, {}), Error);
  EXPECT_THROW(quantize_network({infinite}, features, {}), Error);
}

}  // namespace
}  // namespace basalt::io
