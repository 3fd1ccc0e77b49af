// Tests of campaigns without a file.
#include "search/campaign.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::search::campaign_test {
namespace {

Campaign moons() {
  Campaign campaign;
  campaign.given.file = "c.toml";
  campaign.given.sections[""]["seed"] = {std::int64_t{7}, 1};
  campaign.given.sections["data"]["generate"] = {std::string("moons"), 3};
  campaign.given.sections["model"]["estimator"] = {std::string("LogisticRegression"), 5};
  campaign.space = {
      {"model", "n_bits", std::vector<SettingValue>{std::int64_t{3}, std::int64_t{8}}, 7},
      {"model", "C", Interval{0.5, 2.0, false, false}, 8}};
  campaign.base = campaign.apply(first_configuration(campaign.space));
  return campaign;
}

TEST(Campaign, TheFirstConfigurationHasTheFirstOfEachDomain) {
  const Configuration first = first_configuration(moons().space);
  EXPECT_EQ(first.at("n_bits"), SettingValue(std::int64_t{3}));
  EXPECT_EQ(first.at("C"), SettingValue(0.5));
}

TEST(Campaign, BothEndsOfAnIntervalOfWholeNumbersAreWhole) {
  const SpaceEntry entry{"model", "n_bits", Interval{2.0, 6.0, false, true}, 1};
  EXPECT_EQ(entry.examples(), (std::vector<SettingValue>{std::int64_t{2}, std::int64_t{6}}));
}

TEST(Campaign, AConfigurationThatIsRefusedIsRefusedAtItsLine) {
  try {
    moons().apply({{"n_bits", std::int64_t{-4}}});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.place(), (Place{"c.toml", 7})) << error.what();
  }
  expect_error(ErrorCode::invalid_argument, "is not searched", [&] {
    moons().apply({{"max_iter", std::int64_t{4}}});
  });
}

TEST(Campaign, EveryTrialSeesTheDataOfTheCampaign) {
  const Campaign campaign = moons();
  pipeline::Recipe trial = campaign.apply({{"n_bits", std::int64_t{8}}});
  trial.seed = Seed{99};
  EXPECT_EQ(campaign.data_recipe(trial).seed.value, 7u);
}

TEST(Campaign, TheIdCoversSpaceAndSearchButNotTheFile) {
  Campaign other = moons();
  other.given.file = "another.toml";
  EXPECT_EQ(other.id(), moons().id());
  other.space[1].domain = Interval{0.5, 3.0, false, false};
  EXPECT_NE(other.id(), moons().id());
  other = moons();
  other.given.sections["search"]["trials"] = {std::int64_t{9}, 10};
  EXPECT_NE(other.id(), moons().id());
}

}  // namespace
}  // namespace basalt::search::campaign_test
