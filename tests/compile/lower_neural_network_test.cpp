#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "compile/compile.hpp"
#include "compile/lower.hpp"
#include "learn/estimator/train.hpp"

namespace basalt::compile::lower_neural_network_test {
namespace {

/// Bumps of four classes in ten features, one of them constant.
learn::Dataset bumps(std::size_t rows) {
  learn::Dataset data;
  data.classes = {"a", "b", "c", "d"};
  data.features.resize(static_cast<Eigen::Index>(rows), 10);
  RandomStream random(Seed{6});
  for (Eigen::Index row = 0; row < data.features.rows(); ++row) {
    const auto label = static_cast<std::int32_t>(row % 4);
    for (Eigen::Index c = 0; c < 10; ++c) {
      data.features(row, c) = 3.0 * (c % 4 == label ? 1.0 : 0.0) + random.gaussian() + 5.0;
    }
    data.features(row, 7) = 1.25;
    data.labels.push_back(label);
  }
  return data;
}

learn::Model trained(const std::vector<std::pair<std::string, SettingValue>>& chosen,
                     const char* name = "NeuralNetClassifier") {
  const learn::Estimator& estimator = learn::estimator_named(name);
  Settings settings;
  settings.set(estimator.rules, "module__hidden", std::vector<std::int64_t>{9});
  settings.set(estimator.rules, "max_epochs", std::int64_t{4});
  for (const auto& [name, value] : chosen) settings.set(estimator.rules, name, value);
  return learn::train(estimator, settings, bumps(200), true, RandomStream(Seed{1}));
}

/// Position of the value that layer `i` makes, the last one being the scores.
ir::ValueId value_of(const ir::Graph& graph, std::size_t i, bool is_last) {
  const std::string name = is_last ? "logits" : concat("act", i);
  return static_cast<ir::ValueId>(std::ranges::find(graph.nodes, name, &ir::Node::name) -
                                  graph.nodes.begin());
}

/// Every layer of the graph has the integers of the network, on rows that it was not trained on.
void expect_equal_layers(const learn::Model& model) {
  const auto& network = std::get<learn::SparseQuantNeuralNetwork>(model.family);
  const Lowered lowered = lower(network, model);
  const Matrix<double> features = bumps(260).features.bottomRows(60);
  const Matrix<ir::Integer> clear = ir::quantize_rows(lowered.preprocessing, features);
  const Matrix<std::int64_t> inputs = network.quantize(model.standardizer.apply(features));
  const auto layers = network.forward_all(inputs);

  validate(lowered.graph);
  for (Eigen::Index row = 0; row < features.rows(); ++row) {
    const std::vector<ir::Integer> integers(clear.row(row).begin(), clear.row(row).end());
    const auto values = ir::evaluate_all(lowered.graph, integers);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const std::vector<ir::Integer> expected(layers[i].row(row).begin(), layers[i].row(row).end());
      EXPECT_EQ(values.at(value_of(lowered.graph, i, i + 1 == layers.size())), expected)
          << "layer " << i;
    }
    const ir::Prediction prediction = ir::interpret(lowered.postprocessing, values.back());
    const Matrix<double> scores = network.scores(model.standardizer.apply(features.row(row)));
    for (std::size_t c = 0; c < 4; ++c) {
      EXPECT_NEAR(prediction.scores[c], scores(0, static_cast<Eigen::Index>(c)), 1e-9);
    }
  }
}

TEST(LowerNeuralNetwork, KeepsTheIntegersOfEveryLayer) {
  for (const char* rule : {"omega", "bound", "wrap"}) {
    for (const std::int64_t layers : {1, 2, 3}) {
      SCOPED_TRACE(concat(rule, " with ", layers, " layers"));
      std::vector<std::pair<std::string, SettingValue>> chosen = {
          {"module__accumulator", std::string(rule)},
          {"module__n_accum_bits", std::int64_t{5}},
          {"module__n_layers", layers}};
      if (layers == 1) chosen.push_back({"module__hidden", std::vector<std::int64_t>{}});
      expect_equal_layers(trained(chosen));
    }
  }
}

TEST(LowerNeuralNetwork, KeepsTheIntegersOfSoftInputsAndManyBits) {
  expect_equal_layers(trained({{"module__inputs", std::string("soft")}}));
  expect_equal_layers(trained({{"module__n_w_bits", std::int64_t{3}},
                               {"module__n_a_bits", std::int64_t{3}},
                               {"module__n_accum_bits", std::int64_t{7}},
                               {"module__accumulator", std::string("bound")},
                               {"module__activation_function", std::string("SELU")}}));
}

TEST(LowerNeuralNetwork, KeepsTheIntegersOfNetworksQuantizedAfterTraining) {
  for (const std::int64_t rounding : {0, 3}) {
    for (const char* method : {"exact", "approximate"}) {
      SCOPED_TRACE(concat("rounding to ", rounding, " bits, ", method));
      const learn::Model model = trained({{"module__n_layers", std::int64_t{3}},
                                          {"rounding_threshold_bits", rounding},
                                          {"rounding_threshold_bits__method", std::string(method)}},
                                         "PostTrainingNetClassifier");
      expect_equal_layers(model);
      const ir::Graph graph =
          lower(std::get<learn::SparseQuantNeuralNetwork>(model.family), model).graph;
      const auto rounds = std::ranges::count_if(graph.nodes, [](const ir::Node& node) {
        return std::holds_alternative<ir::Round>(node.op);
      });
      EXPECT_EQ(rounds, rounding > 0 && method == std::string("exact") ? 2 : 0);
    }
  }
}

/// The defaults of a release have sums of 10 bits, which no table reads as they are.
TEST(LowerNeuralNetwork, RoundsTheWideSumsOfAReleaseExactly) {
  for (const std::int64_t layers : {2, 3}) {
    const learn::Model model =
        trained({{"preset", std::string("1.9")}, {"module__n_layers", layers}});
    expect_equal_layers(model);

    const auto found = compile(model, {});
    const auto* circuit = std::get_if<circuit::Circuit>(&found);
    ASSERT_NE(circuit, nullptr) << std::get<Infeasible>(found).reason;
    EXPECT_LE(circuit->encoded.max_bits(), 8);
    EXPECT_GT(circuit->encoded.bootstraps_per_row(),
              std::get<learn::SparseQuantNeuralNetwork>(model.family).bootstraps());
  }
}

TEST(LowerNeuralNetwork, EncryptsOnlyWhatIsRead) {
  const learn::Model model = trained({});
  const Lowered lowered = lower(std::get<learn::SparseQuantNeuralNetwork>(model.family), model);

  EXPECT_LE(lowered.preprocessing.feature_of.size(), 9U);
  for (const std::uint32_t feature : lowered.preprocessing.feature_of) EXPECT_NE(feature, 7U);
}

TEST(LowerNeuralNetwork, ProvesTheBitsOfABoundLayer) {
  const learn::Model model = trained({{"module__accumulator", std::string("bound")}});
  const Lowered lowered = lower(std::get<learn::SparseQuantNeuralNetwork>(model.family), model);

  const auto ranges = ir::ranges_of(lowered.graph);
  for (const ir::Range& range : ranges.at(1)) {
    EXPECT_GE(range.low, 0);
    EXPECT_LE(range.high, 15);
  }
}

}  // namespace
}  // namespace basalt::compile::lower_neural_network_test
