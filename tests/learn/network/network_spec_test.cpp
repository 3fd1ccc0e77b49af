#include "learn/network/network_spec.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace basalt::learn::network_spec_test {
namespace {

Dataset data_of(std::size_t features) {
  Dataset data;
  data.classes = {"a", "b", "c"};
  data.features = Matrix<double>::Zero(10, static_cast<Eigen::Index>(features));
  return data;
}

/// The error that this choice of settings leads to; empty if it is accepted.
struct Complaint {
  std::string subject, text;
};

Complaint complaint(const std::vector<std::pair<std::string, SettingValue>>& chosen) {
  const std::vector<SettingRule> rules = network_rules(Task::classification);
  try {
    Settings settings;
    for (const auto& [name, value] : chosen) settings.set(rules, name, value);
    prepare_network_settings(settings, Task::classification);
    settings.complete(rules);
    network_spec(settings, data_of(30));
  } catch (const Error& error) {
    return {error.subject(), error.what()};
  }
  return {};
}

constexpr auto integer = [](std::int64_t value) { return SettingValue(value); };
constexpr auto text = [](const char* value) { return SettingValue(std::string(value)); };

TEST(NetworkSpec, AcceptsItsDefaults) {
  EXPECT_EQ(complaint({}).text, "");
}

TEST(NetworkSpec, RefusesAnImpossibleTopology) {
  EXPECT_NE(complaint({{"module__n_layers", integer(0)}}).text.find("layers"), std::string::npos);
  EXPECT_EQ(complaint({{"module__n_w_bits", integer(0)}}).subject, "module__n_w_bits");
  EXPECT_EQ(complaint({{"module__n_a_bits", integer(-1)}}).subject, "module__n_a_bits");
  EXPECT_EQ(complaint({{"module__n_hidden_neurons_multiplier", 0.0}}).subject,
            "module__n_hidden_neurons_multiplier");
  EXPECT_EQ(complaint({{"module__n_hidden_neurons_multiplier", 0.01}}).subject,
            "module__n_hidden_neurons_multiplier");
  EXPECT_EQ(complaint({{"module__n_layers", integer(4)},
                       {"module__hidden", std::vector<std::int64_t>{5, 6}}})
                .subject,
            "module__hidden");
  EXPECT_EQ(complaint({{"module__n_prune_neurons_percentage", 1.0}}).subject,
            "module__n_prune_neurons_percentage");
}

TEST(NetworkSpec, SaysWhatToDoAboutASmallAccumulator) {
  for (const char* rule : {"omega", "bound", "wrap"}) {
    const Complaint found =
        complaint({{"module__accumulator", text(rule)}, {"module__n_accum_bits", integer(1)}});
    EXPECT_EQ(found.subject, "module__n_accum_bits") << rule;
    EXPECT_NE(found.text.find("accumulator"), std::string::npos) << found.text;
    EXPECT_NE(found.text.find("set \"module__n_accum_bits\" to"), std::string::npos);
  }
  EXPECT_EQ(complaint({{"module__accumulator", text("omega")},
                       {"module__n_w_bits", integer(4)},
                       {"module__n_a_bits", integer(4)},
                       {"module__n_accum_bits", integer(7)}})
                .subject,
            "module__n_accum_bits");
}

TEST(NetworkSpec, NamesTheRemedyForWhatCannotBeSet) {
  for (const char* name : {"module__input_dim", "module__n_outputs", "n_bits", "module"}) {
    const Complaint found = complaint({{name, integer(3)}});
    EXPECT_EQ(found.subject, name);
    EXPECT_NE(found.text.find("cannot be set"), std::string::npos);
  }
}

TEST(NetworkSpec, RefusesBadTrainingSettings) {
  EXPECT_EQ(complaint({{"lr", -1.0}}).subject, "lr");
  EXPECT_EQ(complaint({{"max_epochs", text("many")}}).subject, "max_epochs");
  EXPECT_EQ(complaint({{"optimizer", text("Adan")}}).subject, "optimizer");
  EXPECT_EQ(complaint({{"train_split", integer(1)}}).subject, "train_split");
  EXPECT_EQ(complaint({{"criterion__weight", std::vector<double>{1.0}}}).subject,
            "criterion__weight");
  EXPECT_EQ(complaint({{"callbacks", std::vector<std::string>{"EarlyStoping"}}}).subject,
            "callbacks");
  EXPECT_EQ(complaint({{"module__activation_function", text("ReLUU")}}).subject,
            "module__activation_function");
  EXPECT_EQ(
      complaint({{"module__inputs", text("soft")}, {"module__accumulator", text("bound")}}).subject,
      "module__inputs");
}

TEST(NetworkSpec, ReadsWidthsAndCallbacks) {
  const std::vector<SettingRule> rules = network_rules(Task::classification);
  Settings settings;
  settings.set(rules, "module__n_layers", integer(3));
  settings.set(rules, "module__n_hidden_neurons_multiplier", 0.5);
  settings.set(rules, "callbacks",
               std::vector<std::string>{"EarlyStopping", "GradientNormClipping", "LRScheduler"});
  settings.set(rules, "callbacks__LRScheduler__policy", text("constant"));
  settings.set(rules, "train_split", integer(5));
  prepare_network_settings(settings, Task::classification);
  settings.complete(rules);

  const NetworkSpec spec = network_spec(settings, data_of(30));

  EXPECT_EQ(spec.hidden, (std::vector<std::size_t>{15, 15}));
  EXPECT_TRUE(spec.training.stopping.active);
  EXPECT_EQ(spec.training.gradient_clip, 1.0);
  EXPECT_EQ(spec.training.schedule.policy, SchedulePolicy::constant);
  EXPECT_EQ(spec.training.validation_share, 0.2);
}

TEST(NetworkSpec, TakesTheDefaultsOfAReleaseExceptWhereToldOtherwise) {
  const std::vector<SettingRule> rules = network_rules(Task::classification);
  Settings settings;
  settings.set(rules, "preset", text("1.1"));
  settings.set(rules, "module__n_w_bits", integer(5));
  prepare_network_settings(settings, Task::classification);
  settings.complete(rules);

  const NetworkSpec spec = network_spec(settings, data_of(30));

  EXPECT_EQ(spec.quantization.rule, AccumulatorRule::omega);
  EXPECT_EQ(spec.quantization.weight_bits, 5);
  EXPECT_EQ(spec.quantization.activation_bits, 3);
  EXPECT_EQ(spec.quantization.accumulator_bits, 8);
  EXPECT_EQ(spec.hidden, (std::vector<std::size_t>{120}));
  EXPECT_EQ(spec.training.validation_share, 0.2);
  EXPECT_FALSE(spec.quantization.skip);
}

}  // namespace
}  // namespace basalt::learn::network_spec_test
