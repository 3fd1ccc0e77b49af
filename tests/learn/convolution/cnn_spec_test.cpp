#include "learn/convolution/cnn_spec.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/estimator/train.hpp"

namespace basalt::learn::cnn_spec_test {
namespace {

using Chosen = std::vector<std::pair<std::string, SettingValue>>;

Dataset images() {
  Dataset data;
  data.classes = {"a", "b"};
  data.image = ImageShape{4, 5, 1};
  data.features = Matrix<double>::Zero(6, 20);
  data.labels = {0, 1, 0, 1, 0, 1};
  return data;
}

CnnSpec spec_of(const Chosen& chosen, const Dataset& data = images()) {
  const Estimator& estimator = estimator_named("QuantCNN");
  Settings settings;
  settings.set(estimator.rules, "layers", std::vector<std::string>{"conv2d(2, 3)", "dense(4)"});
  for (const auto& [name, value] : chosen) settings.set(estimator.rules, name, value);
  complete(estimator, settings);
  return cnn_spec(settings, data);
}

TEST(CnnSpec, ReadsLayersAndTheImageOfTheData) {
  const CnnSpec spec = spec_of({});
  EXPECT_EQ(spec.image.height, 4U);
  EXPECT_EQ(spec.image.width, 5U);
  ASSERT_EQ(spec.stages.size(), 2U);
  EXPECT_EQ(spec.stages[0].output.channels, 2U);
  EXPECT_EQ(spec.input_high(), 3);
}

TEST(CnnSpec, TakesTwoNumbersAsAnImageOrALine) {
  const Chosen shape{{"input_shape", std::vector<std::int64_t>{10, 2}}};
  EXPECT_EQ(spec_of({shape[0], {"layers", std::vector<std::string>{"conv2d(2, 2)"}}}).image.width,
            2U);
  const CnnSpec line = spec_of({shape[0], {"layers", std::vector<std::string>{"conv1d(2, 3)"}}});
  EXPECT_EQ(line.image.width, 1U);
  EXPECT_EQ(line.image.channels, 2U);
}

TEST(CnnSpec, SoftInputsAndGivenBitsDecideTheGrid) {
  EXPECT_EQ(spec_of({{"module__inputs", std::string("soft")}}).input_high(), 15);
  EXPECT_EQ(spec_of({{"module__n_input_bits", std::int64_t{5}}}).input_high(), 31);
}

TEST(CnnSpec, RefusesLayersOfTheWrongShapeByName) {
  for (const auto& [setting, chosen] : std::vector<std::pair<std::string, Chosen>>{
           {"input_shape", {{"input_shape", std::vector<std::int64_t>{4, 4}}}},
           {"layers", {{"layers", std::vector<std::string>{"conv2d(2, 9)"}}}},
           {"layers", {{"layers", std::vector<std::string>{"conv2d(2, 3)", "tanh"}}}},
           {"module__inputs",
            {{"module__inputs", std::string("soft")},
             {"layers", std::vector<std::string>{"avgpool2d(2)", "dense(3)"}}}}}) {
    try {
      spec_of(chosen);
      ADD_FAILURE() << setting << " is accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.subject(), setting) << error.what();
    }
  }
}

TEST(CnnRules, HaveTheLossesOfTheirTask) {
  Settings classifier, regressor;
  for (auto* settings : {&classifier, &regressor}) {
    const Estimator& estimator =
        estimator_named(settings == &classifier ? "QuantCNN" : "QuantCNNRegressor");
    settings->set(estimator.rules, "layers", std::vector<std::string>{"dense(4)"});
    complete(estimator, *settings);
  }
  EXPECT_EQ(classifier.text("criterion"), "CrossEntropyLoss");
  EXPECT_EQ(regressor.text("criterion"), "MSELoss");
  EXPECT_TRUE(classifier.has("criterion__weight"));
  EXPECT_FALSE(regressor.has("criterion__weight"));
}

}  // namespace
}  // namespace basalt::learn::cnn_spec_test
