// Tests of the confusion matrix.
#include "jobs/report/confusion.hpp"

#include "learn/generate.hpp"
#include "learn/train.hpp"

namespace basalt::jobs::confusion_test {
namespace {

TEST(Confusion, CountsEveryRowOnceUnderItsTrueClass) {
  const learn::Dataset data = learn::generate("moons", 300, RandomStream(Seed{1}));
  const learn::Estimator& estimator = learn::estimator_named("LogisticRegression");
  Settings settings;
  settings.complete(estimator.rules);
  const learn::Model model =
      learn::train(estimator, settings, data, true, RandomStream(Seed{1}).child("train"));
  const auto solution = std::get<compile::Solution>(compile::compile(model, {}));

  const std::optional<Confusion> confusion = confusion_of(solution, data);

  ASSERT_TRUE(confusion.has_value());
  for (Eigen::Index truth = 0; truth < 2; ++truth) {
    EXPECT_EQ(confusion->counts.row(truth).sum(),
              std::ranges::count(data.labels, static_cast<std::int32_t>(truth)));
    EXPECT_GT(confusion->counts(truth, truth), 100) << "most rows are told apart";
  }
}

TEST(Confusion, ARegressionHasNone) {
  learn::Dataset data = learn::generate("regression", 20, RandomStream(Seed{1}));

  EXPECT_FALSE(confusion_of(compile::Solution{}, data).has_value());
}

}  // namespace
}  // namespace basalt::jobs::confusion_test
