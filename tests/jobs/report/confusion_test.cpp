// Tests of the confusion matrix.
#include "jobs/report/confusion.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "compile/compile.hpp"
#include "io/config/campaign_config.hpp"
#include "learn/data/generate.hpp"
#include "learn/estimator/train.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::jobs::confusion_test {
namespace {

circuit::Circuit solution_for(const learn::Dataset& data) {
  const learn::Estimator& estimator = learn::estimator_named("LogisticRegression");
  Settings settings;
  settings.complete(estimator.rules);
  const learn::Model model =
      learn::train(estimator, settings, data, true, RandomStream(Seed{1}).child("train"));
  return std::get<circuit::Circuit>(compile::compile(model, {}));
}

TEST(Confusion, CountsEveryRowOnceUnderItsTrueClass) {
  const learn::Dataset data = learn::generate("moons", 300, RandomStream(Seed{1}));
  const circuit::Circuit circuit = solution_for(data);

  const std::optional<Confusion> confusion = confusion_of(circuit, data);

  ASSERT_TRUE(confusion.has_value());
  for (Eigen::Index truth = 0; truth < 2; ++truth) {
    EXPECT_EQ(confusion->counts.row(truth).sum(),
              std::ranges::count(data.labels, static_cast<std::int32_t>(truth)));
    EXPECT_GT(confusion->counts(truth, truth), 100) << "most rows are classified correctly";
  }
}

TEST(Confusion, ATrialIsEvaluatedOnTheRowsOfItsOwnDraw) {
  const testing_support::TemporaryFolder folder;
  const search::Campaign campaign = io::parse_campaign(
      "seed = 5\n[data]\ngenerate = \"moons\"\nrows = 60\ntest_rows = 90\n[model]\n"
      "estimator = \"LogisticRegression\"\n[space]\ndraw = [1, 2]\n",
      "c.toml");
  const auto rows_of = [](std::uint64_t draw) {
    return learn::generate("moons", 90, RandomStream(Seed{draw}).child("generate test"));
  };
  const auto circuit = solution_for(rows_of(2));

  const auto found = confusion_of(circuit, campaign, {{"draw", std::int64_t{2}}}, folder.path());

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->counts, confusion_of(circuit, rows_of(2))->counts);
  EXPECT_NE(found->counts, confusion_of(circuit, rows_of(1))->counts);
}

TEST(Confusion, ASearchOverListsAndFlagsIsReadBackFromItsTable) {
  const testing_support::TemporaryFolder folder;
  const search::Campaign campaign = io::parse_campaign(
      "seed = 5\n[data]\ngenerate = \"moons\"\nrows = 60\ntest_rows = 90\n[model]\n"
      "estimator = \"NeuralNetClassifier\"\n[space]\nmodule__hidden = [[2], [4, 4]]\n"
      "iterator_train__shuffle = [true, false]\n",
      "c.toml");
  const auto circuit = solution_for(learn::generate("moons", 90, RandomStream(Seed{1})));
  const search::Configuration as_text{{"module__hidden", std::string("[4, 4]")},
                                      {"iterator_train__shuffle", std::string("false")}};

  EXPECT_TRUE(confusion_of(circuit, campaign, as_text, folder.path()).has_value());
}

TEST(Confusion, ARegressionHasNone) {
  learn::Dataset data = learn::generate("regression", 20, RandomStream(Seed{1}));

  EXPECT_FALSE(confusion_of(circuit::Circuit{}, data).has_value());
}

}  // namespace
}  // namespace basalt::jobs::confusion_test
