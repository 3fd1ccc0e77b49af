#include "learn/network/warm_start.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/estimator/train.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::warm_start_test {
namespace {

using Given = std::vector<std::pair<std::string, SettingValue>>;
using Whole = std::int64_t;
using Wholes = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

Dataset lines() {
  Dataset data;
  data.classes = {"low", "high"};
  data.features.resize(60, 6);
  RandomStream random(Seed{4});
  for (double& value : data.features.reshaped()) value = random.uniform();
  for (Eigen::Index row = 0; row < 60; ++row) {
    data.labels.push_back(data.features(row, 0) > data.features(row, 5) ? 1 : 0);
  }
  return data;
}

Settings settings_of(const std::string& estimator, const Given& given) {
  const Estimator& found = estimator_named(estimator);
  Settings settings;
  settings.set(found.rules, "max_epochs", Whole{1});
  settings.set(found.rules, "batch_size", Whole{20});
  for (const auto& [name, value] : given) settings.set(found.rules, name, value);
  return settings;
}

Model trained(const std::string& estimator, const Given& given) {
  return train(estimator_named(estimator), settings_of(estimator, given), lines(), true,
               RandomStream(Seed{1}));
}

Model further(const Model& start, const Given& given) {
  return resume_training(start, settings_of(start.estimator, given), lines(),
                         RandomStream(Seed{1}));
}

/// The setting at fault and the sentence; both empty if nothing was refused.
std::pair<std::string, std::string> refusal(const Model& start, const Given& given) {
  try {
    further(start, given);
  } catch (const Error& error) {
    return {error.subject(), error.what()};
  }
  return {};
}

Given changed(Given given, const std::string& name, const SettingValue& value) {
  std::erase_if(given, [&](const auto& one) { return one.first == name; });
  given.emplace_back(name, value);
  return given;
}

TEST(WarmStart, KeepsTheNetworkAndSaysWhichSettingAsksForAnother) {
  const Given wrap{{"module__hidden", Wholes{5}}};
  const Model start = trained("NeuralNetClassifier", wrap);
  const Given others{{"module__hidden", Wholes{7}},
                     {"module__hidden", Wholes{}},  // four per input
                     {"module__n_layers", Whole{3}},
                     {"module__n_a_bits", Whole{3}},
                     {"module__n_accum_bits", Whole{5}},
                     {"module__accumulator", std::string("bound")},
                     {"module__inputs", std::string("soft")},
                     {"module__skip", false},
                     {"module__fan_in", Whole{3}},
                     {"module__activation_function", std::string("Tanh")}};
  for (const auto& [name, value] : others) {
    const auto [subject, sentence] = refusal(start, changed(wrap, name, value));

    const bool by_multiplier = name == "module__hidden" && std::get<Wholes>(value).empty();
    EXPECT_EQ(subject, by_multiplier ? "module__n_hidden_neurons_multiplier" : name) << sentence;
    EXPECT_NE(sentence.find("the model to go on from has"), std::string::npos) << sentence;
  }
}

TEST(WarmStart, AllowsWhatItCanDo) {
  const Given bound{{"module__hidden", Wholes{6}}, {"module__accumulator", std::string("bound")}};
  const Model start = trained("NeuralNetClassifier", bound);

  for (const auto& [name, value] : Given{{"module__n_accum_bits", Whole{5}},
                                         {"module__n_w_bits", Whole{3}},
                                         {"module__n_readout_bits", Whole{6}},
                                         {"lr", 0.002},
                                         {"module__n_prune_neurons_percentage", 0.5}}) {
    EXPECT_EQ(further(start, changed(bound, name, value)).history.size(), 2U) << name;
  }
}

TEST(WarmStart, TakesTheWidthsBeforeAndAfterPruning) {
  const Given full{{"module__hidden", Wholes{6}}};
  const Model start = trained("NeuralNetClassifier", full);
  const Model pruned = further(start, changed(full, "module__n_prune_neurons_percentage", 0.5));

  EXPECT_EQ(further(pruned, full).history.size(), 3U);
  EXPECT_EQ(further(pruned, {{"module__hidden", Wholes{3}}}).history.size(), 3U);
  const auto [subject, sentence] = refusal(pruned, {{"module__hidden", Wholes{4}}});
  EXPECT_EQ(subject, "module__hidden");
  EXPECT_NE(sentence.find("[3]"), std::string::npos) << sentence;
}

TEST(WarmStart, KeepsTheSumsAndWeightsThatOmegaDrew) {
  const Given omega{{"module__hidden", Wholes{5}},
                    {"module__n_accum_bits", Whole{7}},
                    {"module__accumulator", std::string("omega")}};
  const Model start = trained("NeuralNetClassifier", omega);

  EXPECT_EQ(refusal(start, changed(omega, "module__n_accum_bits", Whole{8})).first,
            "module__n_accum_bits");
  EXPECT_EQ(refusal(start, changed(omega, "module__n_w_bits", Whole{3})).first, "module__n_w_bits");
}

TEST(WarmStart, KeepsTheLayersOfAConvolution) {
  const Given cnn{{"layers", Texts{"conv1d(4, 2)"}}, {"input_shape", Wholes{6}}};
  const Model start = trained("QuantCNN", cnn);

  for (const char* other : {"conv1d(4, 3)", "conv1d(5, 2)", "conv1d(4, 2, stride=2)"}) {
    EXPECT_EQ(refusal(start, changed(cnn, "layers", Texts{other})).first, "layers") << other;
  }
  EXPECT_EQ(refusal(start, changed(cnn, "input_shape", Wholes{3, 2})).first, "input_shape");
  EXPECT_EQ(refusal(start, changed(cnn, "module__n_input_bits", Whole{3})).first,
            "module__n_input_bits");
  EXPECT_EQ(further(start, changed(cnn, "layers", Texts{"Conv1d(4,2)"})).history.size(), 2U);
}

TEST(WarmStart, NeedsTheRealParametersOfTheTraining) {
  Model start = trained("NeuralNetClassifier", {});
  std::get<SparseQuantNeuralNetwork>(start.family).state = {};
  expect_error(ErrorCode::invalid_argument, "was imported, constructed or quantized",
               [&] { further(start, {}); });
}

}  // namespace
}  // namespace basalt::learn::warm_start_test
