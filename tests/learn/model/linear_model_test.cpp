#include "learn/model/linear_model.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::linear_model_test {
namespace {

Matrix<double> drawn(Eigen::Index rows, Eigen::Index columns) {
  Matrix<double> features(rows, columns);
  RandomStream random(Seed{8});
  for (double& x : features.reshaped()) x = 3 * random.gaussian() + 1;
  return features;
}

LinearFit made_fit() {
  LinearFit fit{Matrix<double>(2, 3), Vector<double>(2)};
  fit.coefficients << 0.5, -2.0, 0.25, 1.0, 0.0, -0.125;
  fit.intercepts << 10.0, -3.0;
  return fit;
}

TEST(LinearModel, ErrsByItsTwoRoundingsOnly) {
  const Matrix<double> features = drawn(300, 3);
  const LinearFit fit = made_fit();
  const Matrix<double> real =
      (features * fit.coefficients.transpose()).rowwise() + fit.intercepts.transpose();
  for (const int bits : {4, 8, 12}) {
    const LinearModel model =
        quantize(fit, features, {Bits{bits}, Bits{bits}}, LinearLink::identity);
    const Matrix<double> error = decision_function(model, features) - real;
    for (Eigen::Index k = 0; k < 2; ++k) {
      double bound = 0.0;
      for (Eigen::Index j = 0; j < 3; ++j) {
        const double step = model.features[static_cast<std::size_t>(j)].spec().scale;
        const double width = features.col(j).maxCoeff() - features.col(j).minCoeff();
        // One step of the feature (its grid's origin is rounded too), half a step of the weight.
        bound += step * (std::abs(fit.coefficients(k, j)) +
                         model.scale[static_cast<std::size_t>(k)] / step);
        bound += 0.5 * model.scale[static_cast<std::size_t>(k)] / step * width;
      }
      EXPECT_LT(error.col(k).lpNorm<Eigen::Infinity>(), bound) << bits << " bits";
    }
  }
}

TEST(LinearModel, FillsTheBitsOfFeaturesAndWeights) {
  const LinearModel model =
      quantize(made_fit(), drawn(50, 3), {Bits{5}, Bits{4}}, LinearLink::argmax);
  EXPECT_EQ(model.weights.row(0).lpNorm<Eigen::Infinity>(), 7);
  EXPECT_EQ(model.weights.row(1).lpNorm<Eigen::Infinity>(), 7);
  EXPECT_EQ(model.features[0].spec().low, 0);
  EXPECT_EQ(model.features[0].spec().high, 31);
}

TEST(LinearModel, TakesConstantFeaturesExactly) {
  Matrix<double> features = drawn(20, 3);
  features.col(1).setConstant(0.3);
  const LinearModel model =
      quantize(made_fit(), features, {Bits{8}, Bits{8}}, LinearLink::identity);
  EXPECT_DOUBLE_EQ(model.features[1].fake_quantize(0.3), 0.3);
}

TEST(LinearModel, RefusesAFitThatDiverged) {
  LinearFit fit = made_fit();
  fit.coefficients(0, 0) = std::numeric_limits<double>::quiet_NaN();
  expect_error(ErrorCode::invalid_argument, "coefficients are not finite",
               [&] { quantize(fit, drawn(5, 3), {}, LinearLink::identity); });
  expect_error(ErrorCode::invalid_argument, "of weights, expected", [&] {
    quantize(made_fit(), drawn(5, 3), {Bits{8}, Bits{1}}, LinearLink::identity);
  });
}

}  // namespace
}  // namespace basalt::learn::linear_model_test
