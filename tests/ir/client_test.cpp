// The client's side in clear.
#include "ir/client.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::ir::client_test {
namespace {

Preprocessing thermometer() {
  return {.mean = {10.0, 5.0},
          .deviation = {2.0, 0.0},
          .quantizers = {quant::Quantizer({.scale = 0.5, .zero_point = 2, .low = 0, .high = 3}),
                         quant::Quantizer({.scale = 1.0, .zero_point = 0, .low = -1, .high = 1}),
                         quant::Quantizer({.scale = 1.0, .zero_point = 1, .low = 0, .high = 3})},
          .feature_of = {0, 0, 1}};
}

Postprocessing post(Link link, std::size_t scores, std::size_t classes) {
  return {.combine = {},
          .scale = std::vector<double>(scores, 0.5),
          .offset = std::vector<double>(scores, 0.25),
          .link = link,
          .classes = std::vector<std::string>(classes, "c")};
}

double sum(const std::vector<double>& values) {
  double total = 0.0;
  for (const double value : values) total += value;
  return total;
}

TEST(Quantize, StandardizesThenRoundsThenClamps) {
  const std::vector<double> row{10.9, 77.0};
  EXPECT_EQ(quantize_row(thermometer(), row), (std::vector<Integer>{3, 0, 1}));
  const std::vector<double> low{0.0, 5.0};
  EXPECT_EQ(quantize_row(thermometer(), low), (std::vector<Integer>{0, -1, 1}));
}

TEST(Quantize, OfRowsEqualsOfEachRow) {
  Matrix<double> rows(2, 2);
  rows << 10.9, 77.0, 0.0, 5.0;
  const Matrix<Integer> integers = quantize_rows(thermometer(), rows);
  EXPECT_EQ(integers(0, 0), 3);
  EXPECT_EQ(integers(1, 1), -1);
}

TEST(Quantize, RefusesRowsThatAreNotNumbers) {
  const double infinity = std::numeric_limits<double>::infinity();
  expect_error(ErrorCode::invalid_argument, "nan, expected a finite number", [&] {
    quantize_row(thermometer(), std::vector<double>{1.0, std::nan("")});
  });
  expect_error(ErrorCode::invalid_argument, "inf, expected a finite number", [&] {
    quantize_row(thermometer(), std::vector<double>{infinity, 1.0});
  });
  expect_error(ErrorCode::invalid_argument, "features, the model expects",
               [&] { quantize_row(thermometer(), std::vector<double>{1.0}); });
}

TEST(Interpret, SoftmaxOfTwoClassesSumsToOne) {
  const Prediction out = interpret(post(Link::softmax, 2, 2), std::vector<Integer>{3, 1});
  EXPECT_EQ(out.label, 0);
  EXPECT_DOUBLE_EQ(sum(out.probabilities), 1.0);
  EXPECT_NEAR(out.probabilities[0], 1.0 / (1.0 + std::exp(-1.0)), 1e-12);
  EXPECT_TRUE(out.values.empty());
}

TEST(Interpret, SignGivesBothProbabilities) {
  const Prediction out = interpret(post(Link::sign, 1, 2), std::vector<Integer>{3});
  const double p = 1.0 / (1.0 + std::exp(-1.75));
  EXPECT_EQ(out.label, 1);
  EXPECT_NEAR(out.probabilities[0], 1.0 - p, 1e-12);
  EXPECT_NEAR(out.probabilities[1], p, 1e-12);
  EXPECT_EQ(interpret(post(Link::sign, 1, 2), std::vector<Integer>{-100000}).probabilities[1], 0.0);
}

TEST(Interpret, VotesAndProbabilitiesTakeTheFirstOfTheLargest) {
  for (const Link link : {Link::vote, Link::probability}) {
    const Prediction out = interpret(post(link, 3, 3), std::vector<Integer>{1, 4, 4});
    EXPECT_EQ(out.label, 1);
    EXPECT_DOUBLE_EQ(sum(out.probabilities), 1.0);
  }
  const Prediction none = interpret(post(Link::vote, 2, 2), std::vector<Integer>{-9, -9});
  EXPECT_DOUBLE_EQ(none.probabilities[0], 0.5);
}

TEST(Interpret, PairsShareTheirVotes) {
  // Scores 1.25 for (0, 1), -0.75 for (0, 2), 2.25 for (1, 2), positive for the second.
  const Prediction out = interpret(post(Link::one_vs_one, 3, 3), std::vector<Integer>{2, -2, 4});
  const auto logistic = [](double score) { return 1.0 / (1.0 + std::exp(-score)); };
  const double first = logistic(-1.25) + logistic(0.75), second = logistic(1.25) + logistic(-2.25);
  EXPECT_NEAR(out.probabilities[0], first / 3.0, 1e-12);
  EXPECT_NEAR(out.probabilities[1], second / 3.0, 1e-12);
  EXPECT_DOUBLE_EQ(sum(out.probabilities), 1.0);
  EXPECT_EQ(out.label, 2);
  expect_error(ErrorCode::invalid_argument, "scores for the pairs", [&] {
    interpret(post(Link::one_vs_one, 3, 4), std::vector<Integer>{1, 2, 3});
  });
}

TEST(Interpret, RegressionGivesValues) {
  const Prediction plain = interpret(post(Link::identity, 2, 0), std::vector<Integer>{2, -2});
  EXPECT_EQ(plain.values, (std::vector<double>{1.25, -0.75}));
  EXPECT_EQ(plain.label, -1);
  const Prediction counts = interpret(post(Link::exponential, 1, 0), std::vector<Integer>{2});
  EXPECT_DOUBLE_EQ(counts.values[0], std::exp(1.25));
}

TEST(Interpret, CombinesPartialSums) {
  Postprocessing split = post(Link::identity, 1, 0);
  Matrix<Integer> weights(1, 3);
  weights << 1, 1, -3;
  split.combine = SparseMatrix::from_dense(weights);
  EXPECT_EQ(interpret(split, std::vector<Integer>{4, 3, 1}).scores[0], 0.5 * 4 + 0.25);
}

TEST(Interpret, RefusesWrongCounts) {
  expect_error(ErrorCode::invalid_argument, "postprocessing",
               [&] { interpret(post(Link::softmax, 2, 2), std::vector<Integer>{1}); });
  expect_error(ErrorCode::invalid_argument, "probabilities for", [&] {
    interpret(post(Link::softmax, 2, 3), std::vector<Integer>{1, 2});
  });
}

TEST(Preprocessing, DigestCoversEachQuantizer) {
  Preprocessing other = thermometer();
  other.quantizers[2] = quant::Quantizer({.scale = 1.0, .zero_point = 1, .low = 0, .high = 4});
  EXPECT_NE(digest_of("preprocessing", thermometer()), digest_of("preprocessing", other));
  EXPECT_EQ(digest_of("preprocessing", thermometer()), digest_of("preprocessing", thermometer()));
}

}  // namespace
}  // namespace basalt::ir::client_test
