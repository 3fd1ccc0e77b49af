#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/network/network_spec.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::network_presets_test {
namespace {

using Chosen = std::vector<std::pair<std::string, SettingValue>>;

const auto text = [](const char* value) { return SettingValue(std::string(value)); };
const auto whole = [](std::int64_t value) { return SettingValue(value); };

Dataset data_of(Eigen::Index features) {
  Dataset data;
  data.classes = {"a", "b", "c"};
  data.features = Matrix<double>::Zero(10, features);
  return data;
}

Settings prepared(const Chosen& chosen, Task task = Task::classification) {
  const std::vector<SettingRule> rules = network_rules(task);
  Settings settings;
  for (const auto& [name, value] : chosen) settings.set(rules, name, value);
  prepare_network_settings(settings, task);
  settings.complete(rules);
  return settings;
}

NetworkSpec spec_of(const Chosen& chosen) {
  return network_spec(prepared(chosen), data_of(30));
}

TEST(NetworkPresets, HaveTheDefaultsOfTheirRelease) {
  struct Release {
    const char* name;
    int bits, accumulator;
    bool power_of_two;
  };
  for (const Release& release :
       {Release{"0.3", 3, 8, false}, Release{"1.1", 3, 8, false}, Release{"1.9", 4, 32, true}}) {
    const NetworkSpec spec = spec_of({{"preset", text(release.name)}});
    EXPECT_EQ(spec.quantization.weight_bits, release.bits) << release.name;
    EXPECT_EQ(spec.quantization.activation_bits, release.bits);
    EXPECT_EQ(spec.quantization.accumulator_bits, release.accumulator);
    EXPECT_EQ(spec.quantization.power_of_two, release.power_of_two);
    EXPECT_EQ(spec.quantization.rule, AccumulatorRule::omega);
    EXPECT_EQ(spec.hidden, (std::vector<std::size_t>{120}));  // 4 per input
    EXPECT_EQ(spec.training.epochs, 10U);
    EXPECT_EQ(spec.training.batch_size, 128U);
    EXPECT_EQ(spec.training.descent.rule, DescentRule::adam);
    EXPECT_EQ(spec.training.descent.learning_rate, 0.01);
    EXPECT_EQ(spec.training.schedule.policy, SchedulePolicy::constant);
    EXPECT_EQ(spec.training.validation_share, 0.2);  // a fifth is held out
    EXPECT_EQ(spec.training.cross_entropy.label_smoothing, 0.0);
    EXPECT_FALSE(spec.training.shuffle);
    EXPECT_FALSE(spec.training.drop_last);
    EXPECT_FALSE(spec.quantization.skip);
    EXPECT_FALSE(spec.quantization.narrow);
    EXPECT_TRUE(spec.quantization.is_signed);
  }
}

TEST(NetworkPresets, YieldToWhatTheUserGivesEvenIfItIsOurDefault) {
  const NetworkSpec spec =
      spec_of({{"preset", text("1.9")}, {"module__n_w_bits", whole(2)}, {"train_split", whole(0)}});

  EXPECT_EQ(spec.quantization.weight_bits, 2);
  EXPECT_EQ(spec.quantization.activation_bits, 4);
  EXPECT_EQ(spec.training.validation_share, 0.0);
}

TEST(NetworkPresets, HoldOutNothingBesideTheUsersShare) {
  const NetworkSpec spec = spec_of({{"preset", text("1.9")}, {"validation_share", 0.1}});

  EXPECT_EQ(spec.training.validation_share, 0.1);
}

TEST(PreparedSettings, LetScoresRiseAndLossesFallUnlessTheUserSaysSo) {
  const Chosen stopping{{"callbacks", text("EarlyStopping")}, {"train_split", whole(5)}};
  const auto falls = [&](Chosen more) {
    more.insert(more.end(), stopping.begin(), stopping.end());
    return spec_of(more).training.stopping.monitor.lower_is_better;
  };
  const std::string monitor = "callbacks__EarlyStopping__monitor";

  EXPECT_TRUE(falls({}));
  EXPECT_TRUE(falls({{monitor, text("valid_loss")}}));
  EXPECT_TRUE(falls({{monitor, text("train_loss_best")}}));
  EXPECT_FALSE(falls({{monitor, text("valid_acc")}}));
  EXPECT_TRUE(
      falls({{monitor, text("valid_acc")}, {"callbacks__EarlyStopping__lower_is_better", true}}));
}

/// As trials of a sweep over optimizers have them.
TEST(PreparedSettings, MayBeForAnotherOptimizerThanTheNamedOne) {
  const NetworkSpec spec = spec_of({{"optimizer", text("Adam")}, {"optimizer__momentum", 0.9}});

  EXPECT_EQ(spec.training.descent.rule, DescentRule::adam);
  expect_error(ErrorCode::invalid_argument, "has no effect", [&] {
    spec_of({{"optimizer__momentum", 0.9}});
  });
}

TEST(PreparedSettings, LetAPlateauOfAScoreBeWatched) {
  const NetworkSpec spec = spec_of({{"callbacks", text("LRScheduler")},
                                    {"callbacks__LRScheduler__policy", text("ReduceLROnPlateau")},
                                    {"callbacks__LRScheduler__monitor", text("valid_acc")},
                                    {"train_split", whole(5)}});

  EXPECT_FALSE(spec.training.schedule_monitor.lower_is_better);
  EXPECT_TRUE(spec_of({}).training.schedule_monitor.lower_is_better);
}

TEST(NetworkPresets, LetTheOldestSayTheDimensionsAndCheckThem) {
  const Chosen right{
      {"preset", text("0.3")}, {"module__input_dim", whole(30)}, {"module__n_outputs", whole(3)}};
  EXPECT_EQ(spec_of(right).hidden.front(), 120U);
  for (const std::int64_t wrong : {0, 29}) {
    expect_error(ErrorCode::invalid_argument, "module", [&] {
      spec_of({{"preset", text("0.3")}, {"module__input_dim", whole(wrong)}});
    });
  }
  expect_error(ErrorCode::invalid_argument, "expected at least", [&] {
    spec_of({{"preset", text("0.3")}, {"module__n_outputs", whole(1)}});
  });
  expect_error(ErrorCode::invalid_argument, "it follows from the data", [&] {
    spec_of({{"module__input_dim", whole(30)}});
  });
}

TEST(PreparedSettings, CountLayersByTheirWidths) {
  EXPECT_EQ(spec_of({{"module__hidden", std::vector<std::int64_t>{8, 4, 2}}}).hidden.size(), 3U);
  const Chosen both{{"module__hidden", std::vector<std::int64_t>{8}},
                    {"module__n_layers", whole(4)}};
  EXPECT_EQ(spec_of(both).hidden, (std::vector<std::size_t>{8, 8, 8}));
}

TEST(PreparedSettings, RefuseThoseOfACallbackThatDoesNotRun) {
  try {
    prepared({{"callbacks__EarlyStopping__patience", whole(3)}});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "callbacks__EarlyStopping__patience");
    EXPECT_NE(std::string(error.what()).find("callbacks = [\"EarlyStopping\"]"), std::string::npos);
  }
}

TEST(PreparedSettings, LeaveRegressorsWithoutSettingsOfClassifiers) {
  EXPECT_FALSE(prepared({{"preset", text("1.1")}}, Task::regression).has("criterion__weight"));
  EXPECT_FALSE(
      prepared({{"preset", text("1.1")}}, Task::regression).has("criterion__label_smoothing"));
}

}  // namespace
}  // namespace basalt::learn::network_presets_test
