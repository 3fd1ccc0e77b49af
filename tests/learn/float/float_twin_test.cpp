#include "learn/float/float_twin.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/generate.hpp"

namespace basalt::learn::float_twin_test {
namespace {

Model trained(const std::string& name, const Dataset& data, bool asks) {
  const Estimator& estimator = estimator_named(name);
  Settings settings;
  if (name.starts_with("NeuralNet")) {
    settings.set(estimator.rules, "module__hidden", std::vector<std::int64_t>{16});
    settings.set(estimator.rules, "max_epochs", std::int64_t{60});
    settings.set(estimator.rules, "batch_size", std::int64_t{32});
    settings.set(estimator.rules, "fit_benchmark", asks);
  }
  if (name.starts_with("QuantCNN")) {
    settings.set(estimator.rules, "layers", std::vector<std::string>{"conv2d(4, 2)"});
    settings.set(estimator.rules, "input_shape", std::vector<std::int64_t>{2, 5});
    settings.set(estimator.rules, "max_epochs", std::int64_t{60});
    settings.set(estimator.rules, "batch_size", std::int64_t{32});
    settings.set(estimator.rules, "fit_benchmark", asks);
  }
  return train(estimator, settings, data, true, RandomStream(Seed{1}));
}

TEST(FloatTwin, SeparatesWhatItsNetworkShould) {
  const Dataset data = generate("moons", 400, RandomStream(Seed{3}));
  const Model model = trained("NeuralNetClassifier", data, true);

  const FloatTwin twin = train_float_twin(model, data, RandomStream(Seed{1}));

  EXPECT_TRUE(wants_float_twin(model));
  const auto& network = std::get<FloatNetwork>(twin.network);
  ASSERT_EQ(network.size(), 2U);
  EXPECT_EQ(network.front().weights.rows(), 16);
  EXPECT_GE(judge(twin, data).at("accuracy"), 0.93);
}

TEST(FloatTwin, FitsValues) {
  const Dataset data = generate("regression", 300, RandomStream(Seed{3}));
  const Model model = trained("NeuralNetRegressor", data, false);

  const auto found = judge(train_float_twin(model, data, RandomStream(Seed{1})), data);

  EXPECT_FALSE(wants_float_twin(model));
  EXPECT_GE(found.at("r2"), 0.8);
  EXPECT_GT(found.at("mse"), 0.0);
}

TEST(FloatTwin, HasTheLayersOfAConvolutionalNetwork) {
  const Dataset data = generate("regression", 300, RandomStream(Seed{3}));
  const Model model = trained("QuantCNNRegressor", data, true);

  const FloatTwin twin = train_float_twin(model, data, RandomStream(Seed{1}));

  EXPECT_EQ(std::get<FloatCnn>(twin.network).stages.size(), 1U);
  EXPECT_GE(judge(twin, data).at("r2"), 0.8);
}

TEST(FloatTwin, DependsOnTheRandomStateAlone) {
  const Dataset data = generate("moons", 100, RandomStream(Seed{3}));
  const Model model = trained("NeuralNetClassifier", data, true);
  const auto weights = [&](std::uint64_t seed) {
    const FloatTwin twin = train_float_twin(model, data, RandomStream(Seed{seed}));
    return std::get<FloatNetwork>(twin.network).front().weights;
  };
  EXPECT_EQ(weights(1), weights(1));
  EXPECT_NE(weights(1), weights(2));
}

TEST(FloatTwin, BelongsToNetworksOnly) {
  const Dataset data = generate("moons", 100, RandomStream(Seed{3}));
  const Model model = trained("LogisticRegression", data, false);
  EXPECT_THROW(train_float_twin(model, data, RandomStream(Seed{1})), Error);
}

}  // namespace
}  // namespace basalt::learn::float_twin_test
