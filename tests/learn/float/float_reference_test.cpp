#include "learn/float/float_reference.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/generate.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::float_reference_test {
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

TEST(FloatReference, SeparatesWhatItsNetworkShould) {
  const Dataset data = generate("moons", 400, RandomStream(Seed{3}));
  const Model model = trained("NeuralNetClassifier", data, true);

  const FloatReference reference = train_float_reference(model, data, RandomStream(Seed{1}));

  EXPECT_TRUE(wants_float_reference(model));
  const auto& network = std::get<FloatNetwork>(reference.network);
  ASSERT_EQ(network.size(), 2U);
  EXPECT_EQ(network.front().weights.rows(), 16);
  EXPECT_GE(evaluate(reference, data).at("accuracy"), 0.93);
}

TEST(FloatReference, FitsValues) {
  const Dataset data = generate("regression", 300, RandomStream(Seed{3}));
  const Model model = trained("NeuralNetRegressor", data, false);

  const auto found = evaluate(train_float_reference(model, data, RandomStream(Seed{1})), data);

  EXPECT_FALSE(wants_float_reference(model));
  EXPECT_GE(found.at("r2"), 0.8);
  EXPECT_GT(found.at("mse"), 0.0);
}

TEST(FloatReference, HasTheLayersOfAConvolutionalNetwork) {
  const Dataset data = generate("regression", 300, RandomStream(Seed{3}));
  const Model model = trained("QuantCNNRegressor", data, true);

  const FloatReference reference = train_float_reference(model, data, RandomStream(Seed{1}));

  EXPECT_EQ(std::get<FloatCnn>(reference.network).stages.size(), 1U);
  EXPECT_GE(evaluate(reference, data).at("r2"), 0.8);
}

TEST(FloatReference, DependsOnTheRandomStateAlone) {
  const Dataset data = generate("moons", 100, RandomStream(Seed{3}));
  const Model model = trained("NeuralNetClassifier", data, true);
  const auto weights = [&](std::uint64_t seed) {
    const FloatReference reference = train_float_reference(model, data, RandomStream(Seed{seed}));
    return std::get<FloatNetwork>(reference.network).front().weights;
  };
  EXPECT_EQ(weights(1), weights(1));
  EXPECT_NE(weights(1), weights(2));
}

TEST(FloatReference, BelongsToNetworksOnly) {
  const Dataset data = generate("moons", 100, RandomStream(Seed{3}));
  const Model model = trained("LogisticRegression", data, false);
  expect_error(ErrorCode::unsupported, "LogisticRegression is no neural network",
               [&] { train_float_reference(model, data, RandomStream(Seed{1})); });
}

}  // namespace
}  // namespace basalt::learn::float_reference_test
