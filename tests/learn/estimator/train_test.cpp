#include "learn/estimator/train.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::train_test {
namespace {

/// An estimator that stores what its trainer was given.
Estimator probe(Matrix<double>& seen) {
  return {.name = "Probe",
          .task = Task::classification,
          .rules = {{.name = "depth", .fallback = std::int64_t{3}, .low = 1}},
          .train = [&seen](const Settings&, const Dataset& data, RandomStream, const TrainingHooks&,
                           std::vector<EpochRecord>& history) {
            seen = data.features;
            history.push_back({.epoch = 1});
            return TreeEnsemble{};
          }};
}

Dataset toy() {
  Dataset data;
  data.classes = {"no", "yes"};
  data.labels = {0, 1, 0, 1};
  data.features.resize(4, 1);
  data.features << 2, 4, 6, 8;
  return data;
}

TEST(Train, FillsTheSharedFieldsAndStandardizes) {
  Matrix<double> seen;

  const Model model = train(probe(seen), {}, toy(), true, RandomStream(Seed{1}));

  EXPECT_EQ(model.estimator, "Probe");
  EXPECT_EQ(model.settings.integer("depth"), 3);
  EXPECT_EQ(model.classes, toy().classes);
  EXPECT_EQ(model.history.size(), 1U);
  EXPECT_NEAR(seen.sum(), 0.0, 1e-12);
  EXPECT_EQ(family_name(model), "trees");
}

TEST(Train, LeavesFeaturesAloneUnlessAsked) {
  Matrix<double> seen;

  train(probe(seen), {}, toy(), false, RandomStream(Seed{1}));

  EXPECT_EQ(seen, toy().features);
}

TEST(Train, NetworksSeeAllPixelsOfAnImageOnOneScale) {
  Dataset data = toy();
  data.features.resize(4, 2);
  data.features << 2, 0, 4, 0, 6, 0, 8, 1;
  Matrix<double> seen;
  Estimator network = probe(seen);
  network.rules.push_back(
      {.name = "augment", .type = SettingType::text, .fallback = std::string("none")});
  const auto spread = [&](Eigen::Index column) {
    return seen.col(column).maxCoeff() - seen.col(column).minCoeff();
  };

  train(network, {}, data, true, RandomStream(Seed{1}));
  EXPECT_LT(spread(0), 1.5 * spread(1));
  data.image = ImageShape{1, 2, 1};
  train(network, {}, data, true, RandomStream(Seed{1}));
  EXPECT_NEAR(spread(0), 6.0 * spread(1), 1e-9);
}

TEST(Train, RefusesDataThatDoesNotFit) {
  Matrix<double> seen;
  const RandomStream random(Seed{1});
  Dataset regression = toy(), one_class = toy(), broken = toy(), stray = toy();
  regression.task = Task::regression;
  one_class.classes = {"yes"};
  broken.features(1, 0) = std::numeric_limits<double>::quiet_NaN();
  stray.labels[2] = 2;

  const auto expect_refusal = [&](const Dataset& data, ErrorCode code, const char* words) {
    SCOPED_TRACE(words);
    expect_error(code, words, [&] { train(probe(seen), {}, data, true, random); });
  };
  expect_refusal(regression, ErrorCode::mismatch, "Probe is for");
  expect_refusal(one_class, ErrorCode::invalid_argument, "every row has the label \"yes\"");
  expect_refusal(broken, ErrorCode::invalid_argument, "the features contain NaN or infinity");
  expect_refusal(stray, ErrorCode::mismatch, "label 2 of 2 classes");
}

TEST(Train, NamesTheEstimatorOfTheOtherTask) {
  Dataset regression = toy();
  regression.task = Task::regression;
  for (const auto& [name, other] :
       {std::pair{"NeuralNetClassifier", "use NeuralNetRegressor"},
        std::pair{"QuantCNN", "use QuantCNNRegressor"}, std::pair{"LinearSVC", "use LinearSVR"}}) {
    try {
      train(estimator_named(name), {}, regression, true, RandomStream(Seed{1}));
      FAIL() << "accepted";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(other), std::string::npos) << error.what();
    }
  }
}

TEST(Estimators, HaveUniqueNames) {
  std::set<std::string> names;
  for (const Estimator& estimator : estimators()) {
    EXPECT_TRUE(names.insert(estimator.name).second) << estimator.name;
  }
}

TEST(Estimators, RefuseAnUnknownName) {
  try {
    estimator_named("NeuralNetClasifier");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "estimator");
  }
}

}  // namespace
}  // namespace basalt::learn::train_test
