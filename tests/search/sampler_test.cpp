#include "search/sampler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "jobs/sweep/campaigns.hpp"
#include "search/objective.hpp"

namespace basalt::jobs::sampler_test {
namespace {

Trial ended(TrialId id, const io::Configuration& configuration, const Judge& judge) {
  Trial trial;
  trial.outcome.task = {id, 0, 1.0, configuration};
  trial.outcome.record = toy_record(trial.outcome.task);
  trial.losses = judge.losses(trial.outcome.record);
  trial.feasible = judge.feasible(trial.outcome.record);
  return trial;
}

/// Proposals of a sweep in which each trial sees all results before it.
std::vector<io::Configuration> proposals(const io::CampaignDocument& document,
                                         std::vector<Trial>* trials = nullptr) {
  const Judge judge(document.search.objectives, {});
  const Sampler sampler = make_sampler(document);
  std::vector<Trial> history;
  std::unordered_set<std::string> proposed;
  std::vector<io::Configuration> configurations;
  for (TrialId id = 0; id < static_cast<TrialId>(document.search.trials); ++id) {
    const auto configuration = sampler({history, proposed}, id);
    if (!configuration) break;
    proposed.insert(to_text(*configuration));
    configurations.push_back(*configuration);
    if (adapts(document.search.sampler)) history.push_back(ended(id, *configuration, judge));
  }
  if (trials != nullptr) *trials = history;
  return configurations;
}

class EverySampler : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Names, EverySampler, testing::Values("grid", "random", "sobol", "tpe"));

TEST_P(EverySampler, StaysInItsDomainAndRepeatsItself) {
  const io::CampaignDocument document = toy_campaign(GetParam(), 60);

  const auto first = proposals(document), second = proposals(document);

  EXPECT_EQ(first, second);
  EXPECT_GE(first.size(), 48u);
  for (const io::Configuration& configuration : first) {
    ASSERT_EQ(configuration.size(), 3u);
    const auto bits = std::get<std::int64_t>(configuration.at("module__n_accum_bits"));
    const double lr = std::get<double>(configuration.at("lr"));
    EXPECT_TRUE(bits >= 3 && bits <= 6);
    EXPECT_TRUE(lr >= 1e-3 && lr <= 1e-1) << lr;
  }
}

TEST_P(EverySampler, VisitsEachConfigurationOfAFiniteSpaceOnceAndEnds) {
  io::CampaignDocument document = toy_campaign(GetParam(), 100);
  document.space.pop_back();
  document.space.push_back(choices("lr", {0.01, 0.03, 0.1}));

  std::set<std::string> texts;
  const auto all = proposals(document);
  for (const io::Configuration& configuration : all) texts.insert(to_text(configuration));

  EXPECT_EQ(all.size(), 24u);
  EXPECT_EQ(texts.size(), 24u);
}

TEST_P(EverySampler, ProposesTheOnlyConfigurationOfAnEmptySpace) {
  io::CampaignDocument document = toy_campaign(GetParam(), 5);
  document.space.clear();
  document.search.trials = 1;
  EXPECT_EQ(make_sampler(document)({{}, {}}, 0), io::Configuration{});
}

TEST_P(EverySampler, DependsOnTheSeedUnlessItIsAGrid) {
  io::CampaignDocument document = toy_campaign(GetParam(), 20);
  const auto first = proposals(document);
  document.base.seed = Seed{8};
  EXPECT_EQ(first == proposals(document), std::string(GetParam()) == "grid");
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
  io::CampaignDocument document = toy_campaign("grid", 10);
  document.space = {whole("module__n_w_bits", 0, 9), whole("module__n_accum_bits", 0, 999999)};
  std::set<std::int64_t> seen;
  for (const auto& configuration : proposals(document)) {
    seen.insert(std::get<std::int64_t>(configuration.at("module__n_w_bits")));
  }
  EXPECT_EQ(seen.size(), 10u);
}

TEST(SobolSampler, PutsOnePointIntoEachCellOfEveryAxis) {
  io::CampaignDocument document = toy_campaign("sobol", 256);
  document.space.clear();
  for (int axis = 0; axis < 64; ++axis) {
    document.space.push_back(real("x" + std::to_string(axis), 0.0, 1.0));
  }
  const auto points = proposals(document);
  for (const io::SpaceEntry& entry : document.space) {
    std::set<int> cells;
    for (const auto& point : points) {
      cells.insert(static_cast<int>(std::get<double>(point.at(entry.key)) * 256));
    }
    EXPECT_EQ(cells.size(), 256u) << entry.key;
  }
}

TEST(SobolSampler, RefusesMoreThan64Settings) {
  io::CampaignDocument document = toy_campaign("sobol", 4);
  for (int axis = 0; axis < 64; ++axis) {
    document.space.push_back(real("x" + std::to_string(axis), 0.0, 1.0));
  }
  EXPECT_THROW(make_sampler(document), Error);
}

double best_accuracy(io::CampaignDocument document, std::uint64_t seed) {
  document.base.seed = Seed{seed};
  document.search.objectives = {"test_accuracy"};
  double best = 0.0;
  TrialId id = 0;
  for (const io::Configuration& configuration : proposals(document)) {
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
}  // namespace basalt::jobs::sampler_test
