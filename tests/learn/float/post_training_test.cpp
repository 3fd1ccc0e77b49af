#include "learn/float/post_training.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/random.hpp"
#include "learn/data/metrics.hpp"

namespace basalt::learn::post_training_test {
namespace {

using Eigen::Index;

Matrix<double> gaussian(Index rows, Index columns, RandomStream& random) {
  Matrix<double> values(rows, columns);
  for (Index i = 0; i < values.size(); ++i) values.data()[i] = random.gaussian();
  return values;
}

FloatLayer layer(Index neurons, Index inputs, RandomStream& random,
                 std::function<double(double)> activation) {
  return {gaussian(neurons, inputs, random) / std::sqrt(static_cast<double>(inputs)),
          gaussian(neurons, 1, random), std::move(activation)};
}

double relu(double x) {
  return std::max(x, 0.0);
}

PostTrainingBits all_of(int bits, int rounding = 0) {
  return {.inputs = {bits}, .weights = {bits}, .activations = {bits}, .rounding = {rounding}};
}

/// Two hidden layers and data for them.
struct Example {
  RandomStream random{Seed{3}};
  FloatNetwork network{layer(12, 6, random, relu),
                       layer(8, 12, random, [](double x) { return std::tanh(x); }),
                       layer(3, 8, random, {})};
  Matrix<double> features = gaussian(400, 6, random);

  double error(const PostTrainingBits& bits) const {
    const Matrix<double> real = float_scores(network, features);
    return (quantize_after_training(network, features, bits).scores(features) - real)
        .cwiseAbs()
        .mean();
  }
};

TEST(PostTraining, MoreBitsComeNearerToTheRealScores) {
  const Example example;

  const double coarse = example.error(all_of(3, 4)), fine = example.error(all_of(7));

  EXPECT_LT(fine, 0.06);
  EXPECT_GT(coarse, 3 * fine);
}

TEST(PostTraining, RoundingCostsLittleUntilTheTableIsTooSmall) {
  const Example example;

  const double whole = example.error(all_of(5)), rounded = example.error(all_of(5, 7));

  EXPECT_LT(rounded, 1.5 * whole);
  EXPECT_GT(example.error(all_of(5, 2)), 2 * whole);
}

TEST(PostTraining, RoundingIsExactOrApproximateAsAsked) {
  const Example example;
  PostTrainingBits bits = all_of(4, 5);
  for (const bool exact : {false, true}) {
    bits.exact_rounding = exact;
    const auto net = quantize_after_training(example.network, example.features, bits);
    for (const QuantLayer& part : net.layers) {
      EXPECT_EQ(part.bits.value, 5);
      EXPECT_GT(part.truncated_bits.value, 0);
      EXPECT_EQ(part.rounds_exactly, exact);
    }
  }
  for (const QuantLayer& part :
       quantize_after_training(example.network, example.features, all_of(4)).layers) {
    EXPECT_EQ(part.truncated_bits.value, 0);
    EXPECT_FALSE(part.rounds_exactly);
  }
}

/// Labels that the float network itself gives: it has no errors.
Dataset labelled_by(const Example& example) {
  Dataset data;
  data.classes = {"a", "b", "c"};
  data.features = example.features;
  data.labels = predicted_classes(float_scores(example.network, example.features));
  return data;
}

TEST(PostTraining, FewestRoundingBitsLoseAStandardErrorAtMost) {
  const Example example;
  const Dataset data = labelled_by(example);
  const auto wrong = [&](int rounding) {
    PostTrainingBits bits = all_of(5);
    bits.rounding = Bits{rounding};
    const auto net = quantize_after_training(example.network, data.features, bits);
    return 1.0 - accuracy(data.labels, predicted_classes(net.scores(data.features)));
  };
  const double share = wrong(0);
  const double most = share + std::max(0.005, std::sqrt(share * (1.0 - share) / 400.0));

  const int chosen = fewest_rounding_bits(example.network, data, all_of(5)).value;

  ASSERT_GE(chosen, 5);
  ASSERT_LE(chosen, 7);
  if (chosen < 7) {
    EXPECT_LE(wrong(chosen), most);
  }
  for (int fewer = 5; fewer < chosen; ++fewer) EXPECT_GT(wrong(fewer), most) << fewer;
}

TEST(PostTraining, FewestRoundingBitsAreFewWhereNothingIsLost) {
  RandomStream random{Seed{8}};
  Dataset data;
  data.classes = {"below", "above"};
  data.features = gaussian(300, 2, random);
  FloatLayer first{Matrix<double>::Identity(2, 2), Matrix<double>::Zero(2, 1), relu};
  FloatLayer last{Matrix<double>(2, 2), Matrix<double>::Zero(2, 1), {}};
  last.weights << -1.0, 1.0, 1.0, -1.0;
  for (Index row = 0; row < 300; ++row) {  // far from the border
    data.labels.push_back(row % 2 == 0 ? 1 : 0);
    data.features(row, 0) = row % 2 == 0 ? 2.0 : -2.0;
    data.features(row, 1) = -data.features(row, 0);
  }
  EXPECT_EQ(fewest_rounding_bits({first, last}, data, all_of(6)).value, 5);
}

TEST(PostTraining, AStepPerNeuronIsNearerThanOnePerLayer) {
  Example example;
  example.network[0].weights.row(0) *= 20.0;  // one loud neuron spoils a shared step
  PostTrainingBits bits = all_of(4);
  const double own = example.error(bits);

  bits.scale_per_neuron = false;

  EXPECT_GT(example.error(bits), 1.3 * own);
}

TEST(PostTraining, SumsNeverLeaveTheirTables) {
  RandomStream random{Seed{4}};
  const FloatNetwork network{layer(5, 4, random, relu), layer(4, 5, random, relu),
                             layer(2, 4, random, {})};
  const Matrix<double> features = gaussian(50, 4, random);
  for (const int rounding : {0, 3}) {
    const auto net = quantize_after_training(network, features, all_of(4, rounding));
    Matrix<std::int64_t> corners(16, 4);
    for (Index row = 0; row < 16; ++row) {
      for (Index j = 0; j < 4; ++j) corners(row, j) = (row >> j & 1) != 0 ? net.grid.input_high : 0;
    }
    EXPECT_NO_THROW(net.forward_all(corners));  // throws if a padded table is left
  }
}

TEST(PostTraining, ConstantFeaturesMoveTheBias) {
  Example example;
  example.features.col(2).setConstant(1.5);

  const auto net = quantize_after_training(example.network, example.features, all_of(7));

  EXPECT_EQ(net.inputs(), 5U);
  EXPECT_LT(example.error(all_of(7)), 0.06);
}

TEST(PostTraining, ASingleLayerHasNoTable) {
  RandomStream random{Seed{6}};
  const FloatNetwork network{layer(2, 4, random, {})};
  const Matrix<double> features = gaussian(50, 4, random);

  const auto net = quantize_after_training(network, features, all_of(8));

  EXPECT_EQ(net.bootstraps(), 0U);
  EXPECT_LT((net.scores(features) - float_scores(network, features)).cwiseAbs().mean(), 0.05);
}

TEST(PostTraining, SumsWiderThanAnyTableNameTheSetting) {
  RandomStream random{Seed{7}};
  const FloatNetwork network{layer(2, 300, random, relu), layer(2, 2, random, {})};
  const Matrix<double> features = gaussian(20, 300, random);
  try {
    quantize_after_training(network, features, all_of(8));
    FAIL() << "a table of more than 16 bits was made";
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "rounding_threshold_bits");
  }
  EXPECT_NO_THROW(quantize_after_training(network, features, all_of(8, 6)));
}

}  // namespace
}  // namespace basalt::learn::post_training_test
