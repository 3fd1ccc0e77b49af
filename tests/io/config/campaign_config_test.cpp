#include "io/config/campaign_config.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "io/nouns.hpp"
#include "io/store/model_store.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::campaign_config_test {
namespace {

const std::string recipe = R"(name = "digits"
seed = 7
[data]
generate = "moons"
rows = 100
[model]
estimator = "NeuralNetClassifier"
module__n_layers = 2
)";
const std::string space = R"([space]
module__n_w_bits = [2, 3]
module__n_accum_bits = { low = 3, high = 6 }
lr = { low = 1e-3, high = 1e-1, log = true }
p_error = ["2^-20", "2^-40"]
[search]
sampler = "random"
trials = 12
timeout = "10 min"
)";

void expect_refusal(const std::string& text, std::initializer_list<const char*> words) {
  try {
    parse_campaign(text, "bad.toml");
    FAIL() << "accepted: " << text;
  } catch (const Error& error) {
    for (const char* word : words) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos)
          << word << " in: " << error.what();
    }
  }
}

TEST(CampaignConfig, ReadsTheSpaceInOrder) {
  const search::Campaign campaign = parse_campaign(recipe + space, "c.toml");

  ASSERT_EQ(campaign.space.size(), 4U);
  EXPECT_EQ(campaign.space[0].key, "module__n_w_bits");
  EXPECT_EQ(campaign.space[0].section, "model");
  EXPECT_EQ(campaign.space[0].line, 10);
  const auto& bits = std::get<search::Interval>(campaign.space[1].domain);
  EXPECT_TRUE(bits.integer);
  EXPECT_EQ(bits.high, 6.0);
  EXPECT_TRUE(std::get<search::Interval>(campaign.space[2].domain).log);
  EXPECT_EQ(campaign.space[3].section, "fhe");
  EXPECT_EQ(campaign.search.trials, 12);
  EXPECT_DOUBLE_EQ(campaign.search.timeout.value, 600.0);
  EXPECT_EQ(campaign.base.model.integer("module__n_w_bits"), 2);
}

TEST(CampaignConfig, AConfigurationBecomesARecipe) {
  const search::Campaign campaign = parse_campaign(recipe + space, "c.toml");

  const pipeline::Recipe trial = campaign.apply({{"module__n_w_bits", std::int64_t{3}},
                                                 {"module__n_accum_bits", std::int64_t{5}},
                                                 {"lr", 0.02},
                                                 {"p_error", std::string("2^-20")}});

  EXPECT_EQ(trial.model.integer("module__n_w_bits"), 3);
  EXPECT_DOUBLE_EQ(trial.model.real("lr"), 0.02);
  EXPECT_DOUBLE_EQ(trial.fhe.target.p_error, 0x1p-20);
  expect_error(ErrorCode::invalid_argument, "is not searched", [&] {
    campaign.apply({{"batch_size", std::int64_t{4}}});
  });
  expect_error(ErrorCode::invalid_argument, "and at most", [&] { campaign.apply({{"lr", -1.0}}); });
}

TEST(CampaignConfig, TheIdIgnoresCommentsNamesAndOrderOfSections) {
  const Digest id = parse_campaign(recipe + space, "c.toml").id();

  EXPECT_EQ(parse_campaign("# a comment\n" + recipe + "\n" + space, "other.toml").id(), id);
  std::string renamed = recipe + space;
  renamed.replace(renamed.find("digits"), 6, "numbers");
  EXPECT_EQ(parse_campaign(renamed, "c.toml").id(), id);
  std::string reseeded = recipe + space;
  reseeded.replace(reseeded.find("seed = 7"), 8, "seed = 8");
  EXPECT_NE(parse_campaign(reseeded, "c.toml").id(), id);
  std::string narrower = recipe + space;
  narrower.replace(narrower.find("[2, 3]"), 6, "[2, 4]");
  EXPECT_NE(parse_campaign(narrower, "c.toml").id(), id);
}

TEST(CampaignConfig, TheIdCoversATrainedModelButNotItsPlace) {
  const testing_support::TemporaryFolder folder;
  save(toy_model("DecisionTreeClassifier"), folder.file("one.h5"));
  save(toy_model("DecisionTreeClassifier"), folder.file("same.h5"));
  save(toy_model(), folder.file("other.h5"));
  const auto id = [&](const char* name) {
    const std::string text = concat("[data]\ngenerate = \"moons\"\n[model]\nfile = \"", name,
                                    "\"\n[space]\np_error = [\"2^-20\", \"2^-40\"]\n");
    return parse_campaign(text, folder.file("c.toml")).id();
  };
  EXPECT_EQ(id("one.h5"), id("same.h5"));
  EXPECT_NE(id("one.h5"), id("other.h5"));
}

TEST(CampaignConfig, TheIdCoversTestRowsAndTheBaseline) {
  const auto id = [](const std::string& data, const std::string& more) {
    return parse_campaign("[data]\ngenerate = \"moons\"\n" + data +
                              "[model]\nestimator = \"LogisticRegression\"\n" + more,
                          "c.toml")
        .id();
  };
  const std::string linear = "[baseline]\nestimator = \"LogisticRegression\"\n";
  const Digest plain = id("", "");

  EXPECT_NE(id("test_file = \"one.h5\"\n", ""), plain);
  EXPECT_EQ(id("test_file = \"one.h5\"\n", ""), id("test_file = \"place/one.h5\"\n", ""));
  EXPECT_NE(id("test_rows = 5\n", ""), plain);
  EXPECT_NE(id("train_rows = 5\n", ""), plain);
  EXPECT_NE(id("draw = 5\n", ""), plain);
  EXPECT_NE(id("", linear), plain);
  EXPECT_NE(id("", linear + "C = 0.5\n"), id("", linear));
}

TEST(CampaignConfig, ASearchedSplitCannotBeCombinedWithATestFile) {
  std::string with_test_file = recipe;
  with_test_file.replace(with_test_file.find("[data]\n"), 7, "[data]\ntest_file = \"test.h5\"\n");
  expect_refusal(with_test_file + "[space]\nsplit_seed = [1, 2]\n",
                 {"bad.toml:11", "\"split_seed\" must not be given"});
}

TEST(CampaignConfig, WithoutASpaceThereIsOneTrial) {
  EXPECT_EQ(parse_campaign(recipe, "c.toml").search.trials, 1);
}

TEST(CampaignConfig, NamesLineAndRemedyOfABadSpace) {
  expect_refusal(recipe + "[space]\nn_w_bit = [2]\n", {"bad.toml:10", "module__n_w_bits"});
  expect_refusal(recipe + "[space]\nlr = []\n", {"bad.toml:10", "no choices"});
  expect_refusal(recipe + "[space]\nlr = [0.1, -1]\n", {"bad.toml:10", "lr"});
  expect_refusal(recipe + "[space]\nlr = { low = 1 }\n", {"bad.toml:10", "high"});
  expect_refusal(recipe + "[space]\nlr = { low = 0, high = 1, log = true }\n", {"bad.toml:10"});
  expect_refusal(recipe + "[space]\nmodule__n_w_bits = { low = 1.5, high = 3 }\n",
                 {"bad.toml:10", "whole"});
  expect_refusal(recipe + "[space]\nlr = { low = 1, high = 2, step = 1 }\n", {"step"});
  expect_refusal(recipe + "[search]\nsampler = \"tpa\"\n", {"bad.toml:10", "tpe"});
  expect_refusal(recipe + "[search]\nmemory = \"much\"\n", {"bad.toml:10", "4 GB"});
  expect_refusal(recipe + "[search]\ntimeout = \"soon\"\n", {"bad.toml:10", "duration"});
  expect_refusal(recipe + "[space]\nmodule__accumulator = { low = 1, high = 2 }\n",
                 {"bad.toml:10", "choices"});
}

TEST(CampaignConfig, ReadsTheLimitsOfATrial) {
  const search::Campaign campaign =
      parse_campaign(recipe + "[search]\nmemory = \"2 GB\"\ntimeout = \"10 min\"\n", "c.toml");

  EXPECT_EQ(campaign.search.memory, 2000000000u);
  EXPECT_DOUBLE_EQ(campaign.search.timeout.value, 600.0);
}

}  // namespace
}  // namespace basalt::io::campaign_config_test
