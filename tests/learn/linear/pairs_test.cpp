#include "learn/linear/pairs.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/estimator/class_weight.hpp"
#include "learn/estimator/train.hpp"
#include "learn/linear/logistic.hpp"
#include "support/tables.hpp"

namespace basalt::learn::linear_pairs_test {
namespace {

using Eigen::Index;

LinearFit logistic(const Dataset& data, const Vector<double>& weights, RandomStream) {
  return fit_logistic(data.features, data.labels, data.classes.size(), {.row_weights = weights});
}

/// The rows of classes 0 and 2, labelled 0 and 1.
Dataset outer_classes(const Dataset& data) {
  std::vector<std::size_t> rows;
  for (const std::int32_t label : {0, 2}) {
    for (std::size_t row = 0; row < data.rows(); ++row) {
      if (data.labels[row] == label) rows.push_back(row);
    }
  }
  Dataset pair = take_rows(data, rows);
  for (std::int32_t& label : pair.labels) label /= 2;
  pair.classes = {data.classes[0], data.classes[2]};
  return pair;
}

TEST(LinearPairs, EachPairIsFittedOnItsOwnRows) {
  const Dataset data = tests::table("wine.csv", Task::classification);
  const Dataset pair = outer_classes(data);
  for (const std::string weights : {"none", "balanced"}) {
    const LinearFit all = fit_pairs(logistic, data, weights, RandomStream(Seed{1}));
    const LinearFit own = logistic(pair, row_weights(weights, pair), RandomStream(Seed{1}));

    ASSERT_EQ(all.coefficients.rows(), 3);
    EXPECT_EQ(all.coefficients.row(1), own.coefficients.row(0));
    EXPECT_EQ(all.intercepts(1), own.intercepts(0));
  }
}

TEST(LinearPairs, AWeightByLabelIsThatOfItsRows) {
  const Dataset data = tests::table("wine.csv", Task::classification);
  const std::string heavy = data.classes[2] + ": 100";
  const LinearFit plain = fit_pairs(logistic, data, "none", RandomStream(Seed{1}));
  const LinearFit more = fit_pairs(logistic, data, heavy, RandomStream(Seed{1}));

  EXPECT_EQ(plain.coefficients.row(0), more.coefficients.row(0));
  EXPECT_NE(plain.coefficients.row(1), more.coefficients.row(1));
  EXPECT_NE(plain.coefficients.row(2), more.coefficients.row(2));
}

TEST(LinearPairs, EveryClassNeedsRows) {
  Dataset data = tests::table("wine.csv", Task::classification);
  data.classes.push_back("never seen");
  try {
    fit_pairs(logistic, data, "none", RandomStream(Seed{1}));
    FAIL() << "a class without rows was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "multi_class");
    EXPECT_NE(std::string(error.what()).find("never seen"), std::string::npos);
  }
}

TEST(LinearPairs, AreTheChoiceOvoOfEveryLinearClassifier) {
  const Dataset data = tests::table("wine.csv", Task::classification);
  for (const char* name : {"LogisticRegression", "LinearSVC", "SGDClassifier"}) {
    const Estimator& estimator = estimator_named(name);
    Settings settings;
    settings.set(estimator.rules, "multi_class", std::string("ovo"));
    const Model model = train(estimator, settings, data, true, RandomStream(Seed{1}));
    const auto& linear = std::get<LinearModel>(model.family);
    EXPECT_EQ(linear.link, LinearLink::one_vs_one) << name;
    EXPECT_EQ(linear.weights.rows(), 3) << name;
  }
}

}  // namespace
}  // namespace basalt::learn::linear_pairs_test
