#include "learn/float/post_training_estimators.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/generate.hpp"

namespace basalt::learn::post_training_estimators_test {
namespace {

Settings settings_of(const std::vector<std::pair<std::string, SettingValue>>& chosen) {
  const Estimator& estimator = estimator_named("PostTrainingNetClassifier");
  Settings settings;
  for (const auto& [name, value] : chosen) settings.set(estimator.rules, name, value);
  settings.complete(estimator.rules);
  return settings;
}

std::string subject_of(const std::vector<std::pair<std::string, SettingValue>>& chosen) {
  try {
    post_training_bits(settings_of(chosen));
  } catch (const Error& error) {
    return error.subject();
  }
  return "";
}

TEST(PostTrainingEstimators, ANumberOfBitsMeansEveryPlace) {
  const PostTrainingBits three = post_training_bits(settings_of({{"n_bits", std::int64_t{3}}}));
  EXPECT_EQ(three.activations.value, 3);
  EXPECT_EQ(three.weights.value, 3);
  EXPECT_EQ(three.inputs.value, 5);  // as in Concrete ML: at least 5
  EXPECT_EQ(three.rounding.value, -1);

  const PostTrainingBits seven = post_training_bits(settings_of({{"n_bits", std::int64_t{7}}}));
  EXPECT_EQ(seven.inputs.value, 7);
}

TEST(PostTrainingEstimators, PlacesAndRoundingAreGivenOneByOne) {
  const PostTrainingBits bits = post_training_bits(
      settings_of({{"n_bits__op_inputs", std::int64_t{2}},
                   {"n_bits__op_weights", std::int64_t{3}},
                   {"n_bits__model_inputs", std::int64_t{4}},
                   {"n_bits__model_outputs", std::int64_t{6}},
                   {"rounding_threshold_bits", std::int64_t{5}},
                   {"rounding_threshold_bits__method", std::string("approximate")},
                   {"weight_scales", std::string("layer")}}));

  EXPECT_EQ(bits.activations.value, 2);
  EXPECT_EQ(bits.weights.value, 3);
  EXPECT_EQ(bits.inputs.value, 4);
  EXPECT_EQ(bits.rounding.value, 5);
  EXPECT_FALSE(bits.exact_rounding);
  EXPECT_FALSE(bits.scale_per_neuron);
}

TEST(PostTrainingEstimators, ErrorsNameTheSetting) {
  EXPECT_EQ(subject_of({{"n_bits", std::int64_t{9}}}), "n_bits");
  EXPECT_EQ(subject_of({{"n_bits", std::int64_t{1}}}), "n_bits");
  EXPECT_EQ(subject_of({{"n_bits__op_weights", std::int64_t{1}}}), "n_bits__op_weights");
  EXPECT_EQ(subject_of({{"module__n_w_bits", std::int64_t{3}}}), "module__n_w_bits");
  EXPECT_EQ(subject_of({{"n_bits__op_inputs", std::int64_t{6}},
                        {"n_bits__model_outputs", std::int64_t{5}}}),
            "n_bits__model_outputs");
  EXPECT_EQ(subject_of({{"rounding_threshold_bits", std::int64_t{1}}}), "rounding_threshold_bits");
  EXPECT_EQ(subject_of({{"rounding_threshold_bits", std::int64_t{9}}}), "rounding_threshold_bits");
  EXPECT_EQ(subject_of({{"rounding_threshold_bits__method", std::string("auto")}}),
            "rounding_threshold_bits__method");
}

TEST(PostTrainingEstimators, TrainsAndQuantizesByName) {
  const Dataset data = generate("moons", 300, RandomStream(Seed{1}));
  const Settings settings = settings_of({{"module__hidden", std::vector<std::int64_t>{8}},
                                         {"n_bits", std::int64_t{5}},
                                         {"max_epochs", std::int64_t{3}}});

  const Model model = train(estimator_named("PostTrainingNetClassifier"), settings, data, true,
                            RandomStream(Seed{2}));

  const auto& network = std::get<SparseQuantNeuralNetwork>(model.family);
  EXPECT_EQ(network.bootstraps(), 8U);
  EXPECT_EQ(network.grid.input_high, 31);
  EXPECT_EQ(model.history.size(), 3U);
}

}  // namespace
}  // namespace basalt::learn::post_training_estimators_test
