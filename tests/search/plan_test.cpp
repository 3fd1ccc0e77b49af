#include "search/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "base/error.hpp"
#include "search/campaigns.hpp"
#include "support/expect_error.hpp"

namespace basalt::search::plan_test {
namespace {

/// Runs a plan with `workers` tasks at a time that end in random order.
std::vector<Trial> run(const Campaign& campaign, std::size_t workers, std::uint64_t order_seed) {
  SearchPlan plan(campaign);
  RandomStream random{Seed{order_seed}};
  std::vector<TrialTask> waiting, running;
  while (!plan.finished()) {
    for (TrialTask& task : plan.ready()) waiting.push_back(std::move(task));
    while (running.size() < workers && !waiting.empty()) {
      const std::size_t pick = random.below(waiting.size());
      running.push_back(waiting[pick]);
      waiting.erase(waiting.begin() + std::ptrdiff_t(pick));
    }
    if (running.empty()) break;
    const std::size_t pick = random.below(running.size());
    plan.take({running[pick], toy_record(running[pick])});
    running.erase(running.begin() + std::ptrdiff_t(pick));
  }
  EXPECT_TRUE(plan.finished());
  return plan.trials();
}

std::vector<std::string> digests(const std::vector<Trial>& trials) {
  std::vector<std::string> texts;
  for (const Trial& trial : trials) {
    texts.push_back(concat(name_of(trial.state), " ", trial.outcome.digest().hex()));
  }
  return texts;
}

class EverySearch : public testing::TestWithParam<std::tuple<const char*, const char*>> {};
INSTANTIATE_TEST_SUITE_P(Names, EverySearch,
                         testing::Combine(testing::Values("grid", "random", "sobol", "tpe"),
                                          testing::Values("none", "halving", "hyperband")));

TEST_P(EverySearch, GivesTheSameTrialsForAnyNumberOfWorkersAndAnyOrder) {
  Campaign campaign = toy_campaign(std::get<0>(GetParam()), 60);
  campaign.search.stopper = std::get<1>(GetParam());

  const auto alone = digests(run(campaign, 1, 1));

  EXPECT_GE(alone.size(), 48u);
  for (const std::size_t workers : {2u, 3u, 5u, 8u, 64u}) {
    EXPECT_EQ(digests(run(campaign, workers, workers)), alone) << workers << " workers";
  }
}

TEST_P(EverySearch, EndsAFiniteSpaceWhenItIsExhausted) {
  Campaign campaign = toy_campaign(std::get<0>(GetParam()), 60);
  campaign.space.pop_back();
  campaign.space.push_back(choices("lr", {0.01, 0.03, 0.1}));
  campaign.search.stopper = std::get<1>(GetParam());
  EXPECT_EQ(run(campaign, 3, 5).size(), 24u);
}

TEST(SearchPlan, LetsATrialSeeResultsOneWindowBeforeItOnly) {
  SearchPlan plan(toy_campaign("tpe", 40));

  std::vector<TrialTask> tasks = plan.ready();

  ASSERT_EQ(tasks.size(), 8u);  // the first window knows nothing
  for (std::size_t i = 7; i > 0; --i) plan.take({tasks[i], toy_record(tasks[i])});
  EXPECT_TRUE(plan.ready().empty()) << "trial 8 needs trial 0";
  plan.take({tasks[0], toy_record(tasks[0])});
  EXPECT_EQ(plan.ready().size(), 8u);
}

TEST(SearchPlan, GivesFewTrialsTheirWholeBudgetUnderHalving) {
  Campaign campaign = toy_campaign("random", 27);
  campaign.search.stopper = "halving";
  const std::vector<Trial> trials = run(campaign, 4, 9);
  const auto whole = std::ranges::count(trials, TrialState::completed, &Trial::state);
  const auto stopped = std::ranges::count(trials, TrialState::stopped, &Trial::state);
  EXPECT_EQ(whole, 1);
  EXPECT_GT(stopped, 15);
  for (const Trial& trial : trials) {
    EXPECT_EQ(trial.state == TrialState::completed, trial.outcome.task.share == 1.0);
    if (trial.state == TrialState::stopped) {
      EXPECT_FALSE(trial.feasible);
    }
  }
}

TEST(SearchPlan, MarksTheFrontAmongFeasibleTrials) {
  Campaign campaign = toy_campaign("random", 40);
  campaign.search.constraints = {"max_bits <= 5"};
  std::size_t on_front = 0;
  for (const Trial& trial : run(campaign, 2, 3)) {
    on_front += trial.on_front ? 1 : 0;
    if (trial.on_front) {
      EXPECT_LE(trial.outcome.record.result.at("max_bits"), 5);
    }
  }
  EXPECT_GE(on_front, 2u);
}

TEST(SearchPlan, RefusesAnOutcomeOfNoRunningTask) {
  SearchPlan plan(toy_campaign("random", 4));
  const TrialTask task = plan.ready().front();
  plan.take({task, toy_record(task)});
  expect_error(ErrorCode::internal, "is not running", [&] { plan.take({task, toy_record(task)}); });
}

}  // namespace
}  // namespace basalt::search::plan_test
