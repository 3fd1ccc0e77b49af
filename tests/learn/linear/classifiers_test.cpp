#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/metrics.hpp"
#include "learn/estimator/train.hpp"
#include "support/tables.hpp"

namespace basalt::learn::linear_classifiers_test {
namespace {

using Given = std::map<std::string, SettingValue>;

Model trained(const std::string& name, const Dataset& data, const Given& given) {
  const Estimator& estimator = estimator_named(name);
  Settings settings;
  for (const auto& [key, value] : given) settings.set(estimator.rules, key, value);
  return train(estimator, settings, data, true, RandomStream(Seed{1}));
}

/// Share of the rows of one class that the model finds.
double recall(const Model& model, const Dataset& data, std::int32_t label) {
  const Matrix<double> scores = decision_function(std::get<LinearModel>(model.family),
                                                  model.standardizer.apply(data.features));
  double found = 0, all = 0;
  for (std::size_t row = 0; row < data.rows(); ++row) {
    if (data.labels[row] != label) continue;
    const double score = scores(static_cast<Eigen::Index>(row), 0);
    found += (score > 0) == (label == 1);
    ++all;
  }
  return found / all;
}

TEST(LinearClassifiers, AClassThatWeighsMoreIsFoundMoreOften) {
  const Dataset data = tests::table("breast_cancer.csv", Task::classification);
  for (const char* name :
       {"LogisticRegression", "LinearSVC", "SGDClassifier", "LinearDiscriminantAnalysis"}) {
    const Given heavy{{"class_weight", data.classes[0] + ": 50"}};
    const Given light{{"class_weight", data.classes[0] + ": 0.02"}};
    const Model more = trained(name, data, heavy), less = trained(name, data, light);
    EXPECT_GT(recall(more, data, 0), recall(less, data, 0)) << name;
    EXPECT_LT(recall(more, data, 1), recall(less, data, 1)) << name;
  }
}

TEST(LinearClassifiers, TheOrderOfTheRowsDoesNotMatterToTheOptimum) {
  const Dataset data = tests::table("wine.csv", Task::classification);
  std::vector<std::size_t> backwards(data.rows());
  for (std::size_t i = 0; i < backwards.size(); ++i) backwards[i] = data.rows() - 1 - i;
  const Dataset turned = take_rows(data, backwards);
  for (const char* name : {"LogisticRegression", "LinearSVC"}) {
    const Given exact{{"tol", 1e-9}};
    const Model there = trained(name, data, exact), back = trained(name, turned, exact);
    EXPECT_LT((std::get<LinearModel>(there.family).coefficients -
               std::get<LinearModel>(back.family).coefficients)
                  .lpNorm<Eigen::Infinity>(),
              1e-6)
        << name;
  }
}

TEST(LinearClassifiers, StochasticDescentTakesAllSettingsOfScikitLearn) {
  const Dataset data = tests::table("wine.csv", Task::classification);
  const std::vector<Given> variants{
      {{"penalty", std::string("none")}},
      {{"average", std::int64_t{10}}},
      {{"early_stopping", true}, {"validation_fraction", 0.2}},
      {{"shuffle", false}, {"learning_rate", std::string("adaptive")}},
      {{"penalty", std::string("elasticnet")}, {"l1_ratio", 0.5}},
      {{"loss", std::string("modified_huber")}, {"class_weight", std::string("balanced")}}};
  for (const Given& variant : variants) {
    const Model model = trained("SGDClassifier", data, variant);
    const Matrix<double> scores = decision_function(std::get<LinearModel>(model.family),
                                                    model.standardizer.apply(data.features));
    double right = 0;
    for (Eigen::Index row = 0; row < scores.rows(); ++row) {
      Eigen::Index best = 0;
      scores.row(row).maxCoeff(&best);
      right += best == data.labels[static_cast<std::size_t>(row)];
    }
    EXPECT_GE(right / static_cast<double>(data.rows()), 0.95) << variant.begin()->first;
  }
}

TEST(LinearClassifiers, RefuseWhatHasNoMeaningWithASentence) {
  const Dataset data = tests::table("wine.csv", Task::classification);
  const auto refused = [&](const std::string& name, const Given& given) {
    try {
      trained(name, data, given);
    } catch (const Error& error) {
      return error.subject();
    }
    return std::string("accepted");
  };
  EXPECT_EQ(refused("LinearSVC", {{"penalty", std::string("l1")}, {"loss", std::string("hinge")}}),
            "penalty");
  EXPECT_EQ(refused("LogisticRegression", {{"solver", std::string("liblinear")}}), "solver");
  EXPECT_EQ(refused("LogisticRegression", {{"random_state", std::string("7")}}), "random_state");
  EXPECT_EQ(refused("LogisticRegression", {{"class_weight", std::string("red: 2")}}),
            "class_weight");
  EXPECT_EQ(refused("LogisticRegression", {{"C", 0.0}}), "C");
  const std::string discriminant = "LinearDiscriminantAnalysis";
  const std::vector<double> shares{0.2, 0.3, 0.5};
  for (const char* bad : {"1.5", "-0.1", "automatic", "0.1x", "nan", ""}) {
    EXPECT_EQ(refused(discriminant, {{"shrinkage", std::string(bad)}}), "shrinkage") << bad;
  }
  EXPECT_EQ(refused(discriminant, {{"priors", std::vector<double>{0.5, 0.5}}}), "priors");
  EXPECT_EQ(refused(discriminant, {{"priors", std::vector<double>{0.5, 0.7, -0.2}}}), "priors");
  EXPECT_EQ(refused(discriminant, {{"priors", shares}, {"multi_class", std::string("ovo")}}),
            "priors");
  EXPECT_EQ(refused(discriminant, {{"priors", shares}, {"class_weight", std::string("balanced")}}),
            "priors");
  EXPECT_EQ(refused(discriminant, {{"tol", -1.0}}), "tol");
  EXPECT_EQ(refused(discriminant, {{"n_components", std::string("2")}}), "n_components");
  EXPECT_EQ(refused(discriminant, {{"priors", shares}, {"shrinkage", std::string("auto")}}),
            "accepted");
}

}  // namespace
}  // namespace basalt::learn::linear_classifiers_test
