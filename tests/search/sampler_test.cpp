#include "search/sampler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "search/campaigns.hpp"
#include "search/objective.hpp"
#include "support/expect_error.hpp"

namespace basalt::search::sampler_test {
namespace {

Trial ended(TrialId id, const Configuration& configuration, const Criteria& criteria) {
  Trial trial;
  trial.outcome.task = {id, 0, 1.0, configuration};
  trial.outcome.record = toy_record(trial.outcome.task);
  trial.losses = criteria.losses(trial.outcome.record);
  trial.feasible = criteria.feasible(trial.outcome.record);
  return trial;
}

/// Proposals of a sweep in which each trial sees all results before it.
std::vector<Configuration> proposals(const Campaign& campaign,
                                     std::vector<Trial>* trials = nullptr) {
  const Criteria criteria(campaign.search.objectives, {});
  const Sampler sampler = make_sampler(campaign);
  std::vector<Trial> history;
  std::unordered_set<std::string> proposed;
  std::vector<Configuration> configurations;
  for (TrialId id = 0; id < static_cast<TrialId>(campaign.search.trials); ++id) {
    const auto configuration = sampler({history, proposed}, id);
    if (!configuration) break;
    proposed.insert(to_text(*configuration));
    configurations.push_back(*configuration);
    if (adapts(campaign.search.sampler)) history.push_back(ended(id, *configuration, criteria));
  }
  if (trials != nullptr) *trials = history;
  return configurations;
}

class EverySampler : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Names, EverySampler, testing::Values("grid", "random", "sobol", "tpe"));

TEST_P(EverySampler, StaysInItsDomainAndRepeatsItself) {
  const Campaign campaign = toy_campaign(GetParam(), 60);

  const auto first = proposals(campaign), second = proposals(campaign);

  EXPECT_EQ(first, second);
  EXPECT_GE(first.size(), 48u);
  for (const Configuration& configuration : first) {
    ASSERT_EQ(configuration.size(), 3u);
    const auto bits = std::get<std::int64_t>(configuration.at("module__n_accum_bits"));
    const double lr = std::get<double>(configuration.at("lr"));
    EXPECT_TRUE(bits >= 3 && bits <= 6);
    EXPECT_TRUE(lr >= 1e-3 && lr <= 1e-1) << lr;
  }
}

TEST_P(EverySampler, VisitsEachConfigurationOfAFiniteSpaceOnceAndEnds) {
  Campaign campaign = toy_campaign(GetParam(), 100);
  campaign.space.pop_back();
  campaign.space.push_back(choices("lr", {0.01, 0.03, 0.1}));

  std::set<std::string> texts;
  const auto all = proposals(campaign);
  for (const Configuration& configuration : all) texts.insert(to_text(configuration));

  EXPECT_EQ(all.size(), 24u);
  EXPECT_EQ(texts.size(), 24u);
}

TEST_P(EverySampler, ProposesTheOnlyConfigurationOfAnEmptySpace) {
  Campaign campaign = toy_campaign(GetParam(), 5);
  campaign.space.clear();
  campaign.search.trials = 1;
  EXPECT_EQ(make_sampler(campaign)({{}, {}}, 0), Configuration{});
}

TEST_P(EverySampler, DependsOnTheSeedUnlessItIsAGrid) {
  Campaign campaign = toy_campaign(GetParam(), 20);
  const auto first = proposals(campaign);
  campaign.base.seed = Seed{8};
  EXPECT_EQ(first == proposals(campaign), std::string(GetParam()) == "grid");
}

TEST(GridSampler, CutsRealIntervalsIntoAsManyStepsAsTheTrialsAllow) {
  const auto all = proposals(toy_campaign("grid", 60));  // 2 x 4 x 7 = 56
  std::set<double> rates;
  for (const auto& configuration : all) rates.insert(std::get<double>(configuration.at("lr")));
  EXPECT_EQ(all.size(), 56u);
  EXPECT_EQ(rates.size(), 7u);
  EXPECT_DOUBLE_EQ(*rates.begin(), 1e-3);
  EXPECT_DOUBLE_EQ(*rates.rbegin(), 1e-1);
}

TEST(GridSampler, ThinsOutALargeSpaceEvenly) {
  Campaign campaign = toy_campaign("grid", 10);
  campaign.space = {whole("module__n_w_bits", 0, 9), whole("module__n_accum_bits", 0, 999999)};
  std::set<std::int64_t> seen;
  for (const auto& configuration : proposals(campaign)) {
    seen.insert(std::get<std::int64_t>(configuration.at("module__n_w_bits")));
  }
  EXPECT_EQ(seen.size(), 10u);
}

TEST(SobolSampler, PutsOnePointIntoEachCellOfEveryAxis) {
  Campaign campaign = toy_campaign("sobol", 256);
  campaign.space.clear();
  for (int axis = 0; axis < 64; ++axis) {
    campaign.space.push_back(real("x" + std::to_string(axis), 0.0, 1.0));
  }
  const auto points = proposals(campaign);
  for (const SpaceEntry& entry : campaign.space) {
    std::set<int> cells;
    for (const auto& point : points) {
      cells.insert(static_cast<int>(std::get<double>(point.at(entry.key)) * 256));
    }
    EXPECT_EQ(cells.size(), 256u) << entry.key;
  }
}

TEST(SobolSampler, RefusesMoreThan64Settings) {
  Campaign campaign = toy_campaign("sobol", 4);
  for (int axis = 0; axis < 64; ++axis) {
    campaign.space.push_back(real("x" + std::to_string(axis), 0.0, 1.0));
  }
  expect_error(ErrorCode::invalid_argument, "which searches at most",
               [&] { make_sampler(campaign); });
}

double best_accuracy(Campaign campaign, std::uint64_t seed) {
  campaign.base.seed = Seed{seed};
  campaign.search.objectives = {"test_accuracy"};
  double best = 0.0;
  TrialId id = 0;
  for (const Configuration& configuration : proposals(campaign)) {
    const auto result = toy_record({id++, 0, 1.0, configuration}).result;
    if (result.contains("test_accuracy")) best = std::max(best, result.at("test_accuracy"));
  }
  return best;
}

TEST(TpeSampler, FindsBetterTrialsThanRandomDraws) {
  double tpe = 0.0, random = 0.0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    tpe += best_accuracy(toy_campaign("tpe", 40), seed) / 20;
    random += best_accuracy(toy_campaign("random", 40), seed) / 20;
  }
  EXPECT_GT(tpe, random);
}

TEST(Sampler, IsRefusedByAnUnknownName) {
  try {
    make_sampler(toy_campaign("sobel", 4));
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "sampler");
    EXPECT_NE(std::string(error.what()).find("did you mean \"sobol\""), std::string::npos);
  }
}

}  // namespace
}  // namespace basalt::search::sampler_test
