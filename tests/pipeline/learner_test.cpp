#include "pipeline/learner.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/generate.hpp"
#include "learn/data/metrics.hpp"
#include "support/kernels.hpp"

namespace basalt::pipeline::learner_test {
namespace {

const Parameters small{{"module__hidden", std::vector<std::int64_t>{6}},
                       {"max_epochs", std::int64_t{12}},
                       {"batch_size", std::int64_t{32}}};

learn::Dataset moons() {
  learn::Dataset data = learn::generate("moons", 240, RandomStream(Seed{3}));
  data.classes = {"lower", "upper"};
  return data;
}

template <class Call>
std::string complaint(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Learner, FitsPredictsCompilesAndExecutes) {
  const learn::Dataset data = moons();
  Learner learner("NeuralNetClassifier", small);
  ThreadTeam team(1);
  infer::Engine engine{testing_support::chosen_kernels(), team};

  learner.fit(data).compile();
  const Matrix<double> rows = data.features.topRows(4);
  const auto clear = learner.predict(rows), noisy = learner.predict(rows, Fhe::simulate),
             secret = learner.predict(rows, Fhe::execute(engine));

  for (std::size_t row = 0; row < 4; ++row) {
    EXPECT_EQ(clear[row].scores, secret[row].scores);
    EXPECT_EQ(clear[row].scores, noisy[row].scores);
  }
  EXPECT_TRUE(learner.predict_labels(rows).front() == "lower" ||
              learner.predict_labels(rows).front() == "upper");
  const Matrix<double> shares = learner.predict_proba(data.features);
  EXPECT_NEAR((shares.rowwise().sum().array() - 1.0).abs().maxCoeff(), 0.0, 1e-12);
}

TEST(Learner, ComparesSeedsAndClones) {
  const learn::Dataset data = moons();
  const auto id = [&](const Parameters& more, std::uint64_t seed) {
    Learner learner("NeuralNetClassifier", small, Seed{seed});
    return learner.set_params(more).fit(data).model().id();
  };
  EXPECT_EQ(id({}, 1), id({}, 1));
  EXPECT_NE(id({}, 1), id({}, 2));
  const Parameters pinned{{"random_state", std::int64_t{7}}};
  EXPECT_EQ(id(pinned, 1), id(pinned, 2));

  Learner learner("NeuralNetClassifier", small);
  learner.fit(data);
  EXPECT_FALSE(learner.clone().is_fitted());
  EXPECT_EQ(learner.clone().get_params().integer("max_epochs"), 12);
  EXPECT_EQ(learner.clone().fit(data).model().id(), learner.model().id());
}

TEST(Learner, GoesOnAndPrunes) {
  const learn::Dataset data = moons();
  Learner learner("NeuralNetClassifier", small);
  learner.fit(data).partial_fit(data);
  EXPECT_EQ(learner.model().history.size(), 24U);
  learner.set_params({{"warm_start", true}}).fit(data);
  EXPECT_EQ(learner.model().history.size(), 36U);

  const Learner pruned = learner.prune(data, 0.5);

  const auto neurons = [](const Learner& one) {
    return std::get<learn::SparseQuantNeuralNetwork>(one.model().family).layers.front().neurons();
  };
  EXPECT_EQ(neurons(pruned), 3U);
  EXPECT_EQ(neurons(learner), 6U);
  EXPECT_NE(complaint([&] { pruned.prune(data, 0.5); }).find("already pruned"), std::string::npos);
  EXPECT_NE(complaint([&] { learner.prune(data, 1.0); }).find("below 1"), std::string::npos);
}

TEST(Learner, SaysWhatIsMissing) {
  const learn::Dataset data = moons();
  Learner learner("NeuralNetClassifier", small);
  EXPECT_NE(complaint([&] { learner.predict(data.features); }).find("call fit"), std::string::npos);
  EXPECT_NE(complaint([&] { learner.prune(data, 0.5); }).find("call fit"), std::string::npos);
  learner.fit(data);
  EXPECT_NE(complaint([&] { learner.predict(data.features, Fhe::simulate); }).find("call compile"),
            std::string::npos);
  EXPECT_NE(complaint([&] { learner.predict(data.features.leftCols(1)); }).find("1 features"),
            std::string::npos);
  Learner linear("Ridge");
  EXPECT_NE(complaint([&] { linear.predict_proba(data.features); }).find("not probabilities"),
            std::string::npos);
  EXPECT_NE(complaint([&] {
              learner.set_params({{"max_epoch", std::int64_t{1}}});
            }).find("max_epochs"),
            std::string::npos);
}

TEST(Learner, DecisionFunctionIsWhatProbabilitiesComeFrom) {
  const learn::Dataset data = moons();
  for (const char* name : {"LogisticRegression", "LinearSVC", "SGDClassifier",
                           "LinearDiscriminantAnalysis", "XGBClassifier"}) {
    Learner learner(name);
    learner.fit(data);
    const Matrix<double> scores = learner.decision_function(data.features);
    const Matrix<double> shares = learner.predict_proba(data.features);
    ASSERT_EQ(scores.cols(), 1) << name;
    for (Eigen::Index row = 0; row < scores.rows(); ++row) {
      EXPECT_NEAR(shares(row, 1), 1.0 / (1.0 + std::exp(-scores(row, 0))), 1e-12) << name;
    }
  }
  for (const char* name : {"RandomForestClassifier", "Ridge"}) {
    Learner learner(name);
    learn::Dataset rows = data;
    if (name == std::string("Ridge"))
      rows = learn::generate("regression", 50, RandomStream(Seed{5}));
    learner.fit(rows);
    EXPECT_NE(complaint([&] { learner.decision_function(rows.features); }).find("has none"),
              std::string::npos)
        << name;
  }
}

TEST(Learner, FitsSeveralTargetsAtOnce) {
  learn::Dataset data = learn::generate("regression", 200, RandomStream(Seed{5}));
  Matrix<double> both(data.targets.rows(), 2);
  both << data.targets, 3.0 - 2.0 * data.targets.array();
  data.targets = both;
  Learner learner("NeuralNetRegressor", {{"module__hidden", std::vector<std::int64_t>{8}},
                                         {"max_epochs", std::int64_t{40}},
                                         {"batch_size", std::int64_t{32}}});

  const auto found = learner.fit(data).predict(data.features);

  Matrix<double> values(both.rows(), 2);
  for (Eigen::Index row = 0; row < both.rows(); ++row) {
    const auto& one = found[static_cast<std::size_t>(row)].values;
    ASSERT_EQ(one.size(), 2U);
    values.row(row) << one[0], one[1];
  }
  EXPECT_GE(learn::r2_score(both, values), 0.7);
}

}  // namespace
}  // namespace basalt::pipeline::learner_test
