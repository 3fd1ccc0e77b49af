#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "compile/compile.hpp"
#include "compile/fold.hpp"
#include "compile/lower.hpp"
#include "infer/infer.hpp"
#include "learn/estimator/train.hpp"
#include "support/kernels.hpp"

namespace basalt::compile::lower_quant_cnn_test {
namespace {

using Layers = std::vector<std::string>;
using Chosen = std::vector<std::pair<std::string, SettingValue>>;

/// Images of 6 x 6 pixels with a bright bar, standing or lying.
learn::Dataset bars(std::size_t rows) {
  learn::Dataset data;
  data.classes = {"standing", "lying"};
  data.image = learn::ImageShape{6, 6, 1};
  data.features = Matrix<double>::Zero(static_cast<Eigen::Index>(rows), 36);
  RandomStream random(Seed{6});
  for (Eigen::Index row = 0; row < data.features.rows(); ++row) {
    for (Eigen::Index i = 0; i < 36; ++i) data.features(row, i) = random.uniform(0.0, 0.4);
    const auto at = static_cast<Eigen::Index>(random.below(6));
    const bool lies = row % 2 == 1;
    for (Eigen::Index i = 1; i < 5; ++i) data.features(row, lies ? 6 * at + i : 6 * i + at) += 0.6;
    data.labels.push_back(lies ? 1 : 0);
  }
  return data;
}

learn::Model trained(const Layers& layers, const Chosen& chosen = {},
                     const learn::Dataset& data = bars(160)) {
  const learn::Estimator& estimator = learn::estimator_named(
      data.task == learn::Task::regression ? "QuantCNNRegressor" : "QuantCNN");
  Settings settings;
  settings.set(estimator.rules, "layers", layers);
  settings.set(estimator.rules, "module__accumulator", std::string("bound"));
  settings.set(estimator.rules, "module__n_accum_bits", std::int64_t{6});
  settings.set(estimator.rules, "max_epochs", std::int64_t{3});
  settings.set(estimator.rules, "batch_size", std::int64_t{16});
  for (const auto& [name, value] : chosen) settings.set(estimator.rules, name, value);
  return learn::train(estimator, settings, data, true, RandomStream(Seed{1}));
}

/// The same images, with two numbers to find.
learn::Dataset brightness(std::size_t rows) {
  learn::Dataset data = bars(rows);
  data.task = learn::Task::regression;
  data.classes.clear();
  data.labels.clear();
  data.targets.resize(data.features.rows(), 2);
  data.targets.col(0) = data.features.rowwise().sum();
  data.targets.col(1) = 10.0 * data.features.leftCols(12).rowwise().sum();
  return data;
}

/// Position of the value that stage `i` makes, or of the scores.
ir::ValueId value_of(const ir::Graph& graph, const learn::QuantCNN& network, std::size_t i) {
  std::string name = "logits";
  if (i < network.stages.size()) {
    const learn::QuantStage& stage = network.stages[i];
    const char* names[] = {"act", "avgpool", stage.input_high == 1 ? "max" : "maxima", "add"};
    name = concat(names[static_cast<std::size_t>(stage.kind)], i);
  }
  const auto found = std::ranges::find(graph.nodes, name, &ir::Node::name);
  EXPECT_NE(found, graph.nodes.end()) << name;
  return static_cast<ir::ValueId>(found - graph.nodes.begin());
}

/// Every stage of the graph has the integers of the network, on rows that it was not trained on;
/// folding changes no score; the number of bootstraps is what the network says.
void expect_equal_stages(const learn::Model& model, const learn::Dataset& data = bars(200)) {
  const auto& network = std::get<learn::QuantCNN>(model.family);
  const Lowered lowered = lower(network, model);
  validate(lowered.graph);
  const ir::Graph folded = fold_linears(lowered.graph);
  const Matrix<double> features = data.features.bottomRows(40);
  const Matrix<ir::Integer> clear = ir::quantize_rows(lowered.preprocessing, features);
  const auto stages = network.forward_all(network.quantize(model.standardizer.apply(features)));
  ASSERT_EQ(stages.size(), network.stages.size() + 1);
  for (Eigen::Index row = 0; row < features.rows(); ++row) {
    const std::vector<ir::Integer> inputs(clear.row(row).begin(), clear.row(row).end());
    const auto values = ir::evaluate_all(lowered.graph, inputs);
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const std::vector<ir::Integer> expected(stages[i].row(row).begin(), stages[i].row(row).end());
      ASSERT_EQ(values.at(value_of(lowered.graph, network, i)), expected) << "stage " << i;
    }
    EXPECT_EQ(ir::evaluate(folded, inputs), values.back());
  }
  std::size_t lookups = 0;
  for (const ir::Node& node : folded.nodes) {
    if (const auto* lookup = std::get_if<ir::Lookup>(&node.op)) lookups += lookup->table_of.size();
  }
  EXPECT_EQ(lookups, network.bootstraps());
}

TEST(LowerQuantCnn, KeepsTheIntegersOfConvolutions) {
  for (const char* rule : {"omega", "bound", "wrap"}) {
    SCOPED_TRACE(rule);
    const Chosen chosen{{"module__accumulator", std::string(rule)}};
    expect_equal_stages(trained({"conv2d(3, 3)"}, chosen));
    expect_equal_stages(trained({"conv2d(3, 3, stride=2, padding=1)", "conv2d(4, 2)"}, chosen));
    expect_equal_stages(trained({"conv2d(4, 2x3)", "conv2d(4, 3, groups=2)"}, chosen));
    expect_equal_stages(trained({"conv2d(2, 3)", "flatten", "dense(6)"}, chosen));
  }
}

TEST(LowerQuantCnn, KeepsTheIntegersOfPooling) {
  expect_equal_stages(trained({"conv2d(2, 3)", "avgpool2d(2)", "dense(5)"}));
  expect_equal_stages(trained({"conv2d(2, 3)", "maxpool2d(2)", "dense(5)"}));
  expect_equal_stages(trained({"conv2d(2, 3)", "maxpool2d(3, stride=1, padding=1)"}));
  expect_equal_stages(trained({"avgpool2d(2)", "conv2d(2, 2)"}));
}

TEST(LowerQuantCnn, KeepsTheIntegersUnderTheOmegaRule) {
  const Chosen chosen{{"module__accumulator", std::string("omega")},
                      {"module__quant_narrow", true},
                      {"module__power_of_two_scaling", false},
                      {"module__n_w_bits", std::int64_t{3}},
                      {"module__n_accum_bits", std::int64_t{8}}};
  expect_equal_stages(trained({"conv2d(4, 2, stride=2)", "conv2d(4, 2, groups=2)"}, chosen));
  expect_equal_stages(trained({"conv2d(2, 3)", "tanh", "maxpool2d(2)", "dense(5)"}, chosen));
  expect_equal_stages(trained({"conv2d(2, 3, padding=1)", "avgpool2d(2)", "dense(5)"}, chosen));
  expect_equal_stages(trained({"conv2d(1, 3, padding=1)", "add(input)", "dense(4)"}, chosen));
}

/// Sums that no table reads as they are, as in the defaults of a release of Concrete ML.
Chosen wide_omega(std::int64_t weights, std::int64_t activations) {
  return {{"module__accumulator", std::string("omega")},
          {"module__n_w_bits", weights},
          {"module__n_a_bits", activations},
          {"module__n_accum_bits", std::int64_t{32}},
          {"module__skip", false}};
}

std::size_t rounded_layers(const learn::Model& model) {
  const auto& stages = std::get<learn::QuantCNN>(model.family).stages;
  return static_cast<std::size_t>(std::ranges::count_if(
      stages, [](const learn::QuantStage& stage) { return stage.layer.rounds_exactly; }));
}

TEST(LowerQuantCnn, RoundsTheWideSumsOfTheOmegaRuleExactly) {
  for (const Layers& layers : {Layers{"conv2d(3, 3)", "conv2d(4, 3, stride=2, padding=1)"},
                               Layers{"conv2d(4, 3, stride=3)", "conv2d(4, 2, groups=2)"},
                               Layers{"conv2d(2, 3, padding=1)", "avgpool2d(2)", "dense(5)"}}) {
    const learn::Model model = trained(layers, wide_omega(4, 4));

    expect_equal_stages(model);
    EXPECT_EQ(rounded_layers(model), 2U) << layers.back();
    for (const learn::QuantStage& stage : std::get<learn::QuantCNN>(model.family).stages) {
      EXPECT_LE(stage.layer.bits.value, 8);
    }
    const auto found = compile(model, {});
    const auto* circuit = std::get_if<circuit::Circuit>(&found);
    ASSERT_NE(circuit, nullptr) << std::get<Infeasible>(found).reason;
    EXPECT_GT(circuit->encoded.bootstraps_per_row(),
              std::get<learn::QuantCNN>(model.family).bootstraps());
  }
}

TEST(LowerQuantCnn, KeepsTheIntegersOfSoftInputs) {
  const Chosen chosen{{"module__accumulator", std::string("wrap")},
                      {"module__n_accum_bits", std::int64_t{4}},
                      {"module__inputs", std::string("soft")}};
  expect_equal_stages(trained({"conv2d(3, 3, stride=3)"}, chosen));
  expect_equal_stages(trained({"conv2d(4, 3)", "maxpool2d(2)", "dense(5)"}, chosen));
}

TEST(LowerQuantCnn, KeepsTheIntegersAndTheScaleOfTargets) {
  const learn::Dataset data = brightness(160);
  const learn::Model model =
      trained({"conv2d(3, 3)", "avgpool2d(2)"}, {{"max_epochs", std::int64_t{20}}}, data);
  expect_equal_stages(model, data);

  const Lowered lowered = lower(std::get<learn::QuantCNN>(model.family), model);
  const Matrix<ir::Integer> integers =
      ir::evaluate(lowered.graph, ir::quantize_rows(lowered.preprocessing, data.features));
  double error = 0.0, spread = 0.0;
  for (Eigen::Index row = 0; row < integers.rows(); ++row) {
    const std::vector<ir::Integer> outputs(integers.row(row).begin(), integers.row(row).end());
    const ir::Prediction found = ir::interpret(lowered.postprocessing, outputs);
    ASSERT_EQ(found.values.size(), 2U);
    for (Eigen::Index c = 0; c < 2; ++c) {
      error += std::pow(found.values[static_cast<std::size_t>(c)] - data.targets(row, c), 2);
      spread += std::pow(data.targets(row, c) - data.targets.col(c).mean(), 2);
    }
  }
  EXPECT_LT(error, 0.5 * spread);
}

TEST(LowerQuantCnn, ThePoolOfBitsIsOneLookUp) {
  const learn::Model model = trained({"conv2d(2, 3)", "maxpool2d(2)", "dense(4)"},
                                     {{"module__n_a_bits", std::int64_t{1}}});
  expect_equal_stages(model);

  EXPECT_EQ(std::get<learn::QuantCNN>(model.family).stages[1].bootstraps(), 8U);
}

TEST(LowerQuantCnn, KeepsTheIntegersOfResidualSums) {
  expect_equal_stages(
      trained({"conv2d(2, 3, padding=1)", "conv2d(2, 3, padding=1)", "add(0)", "conv2d(2, 3)"}));
  expect_equal_stages(trained({"conv2d(1, 3, padding=1)", "add(input)", "dense(4)"}));
}

TEST(LowerQuantCnn, KeepsTheIntegersOfLinesAndChannels) {
  const learn::Dataset data = [] {
    learn::Dataset lines = bars(160);
    lines.image.reset();
    return lines;
  }();
  expect_equal_stages(trained({"conv1d(3, 5, stride=2)", "maxpool1d(2)", "conv1d(2, 3, padding=1)"},
                              {{"input_shape", std::vector<std::int64_t>{36}}}, data),
                      data);
  expect_equal_stages(trained({"conv1d(4, 3, groups=2)", "avgpool1d(2)", "dense(3)"},
                              {{"input_shape", std::vector<std::int64_t>{18, 2}}}, data),
                      data);
  expect_equal_stages(trained({"conv2d(4, 3, groups=4)"},
                              {{"input_shape", std::vector<std::int64_t>{3, 3, 4}}}, data),
                      data);
}

TEST(LowerQuantCnn, KeepsTheIntegersOfActivationsAndNormalization) {
  expect_equal_stages(trained({"conv2d(3, 3)", "batchnorm2d", "tanh", "conv2d(2, 2)", "SELU"}));
  expect_equal_stages(trained({"conv2d(3, 3)", "ReLU"}, {{"module__n_w_bits", std::int64_t{3}},
                                                         {"module__n_a_bits", std::int64_t{3}},
                                                         {"module__skip", false}}));
}

/// Every row of scores, of a simulation or decrypted, has the integers of the network.
void expect_scores(const circuit::Circuit& circuit, const Matrix<ir::Integer>& found,
                   const Matrix<std::int64_t>& expected) {
  ASSERT_EQ(found.rows(), expected.rows());
  for (Eigen::Index row = 0; row < found.rows(); ++row) {
    const auto integers =
        combined(circuit.encoded.postprocessing,
                 std::vector<ir::Integer>(found.row(row).begin(), found.row(row).end()));
    EXPECT_EQ(integers,
              std::vector<ir::Integer>(expected.row(row).begin(), expected.row(row).end()));
  }
}

/// Rows with the noise of the parameters, and two rows encrypted at 128 bits.
void expect_exact(const learn::Model& model) {
  const auto& network = std::get<learn::QuantCNN>(model.family);
  const auto found = compile(model, {});
  const auto* circuit = std::get_if<circuit::Circuit>(&found);
  ASSERT_NE(circuit, nullptr) << std::get<Infeasible>(found).reason;
  EXPECT_GE(circuit->security_bits, 128.0);
  const Matrix<double> features = bars(200).features.bottomRows(30);
  const Matrix<ir::Integer> inputs = quantize_rows(circuit->encoded.preprocessing, features);
  const Matrix<std::int64_t> scores = network.forward_all(inputs).back();
  expect_scores(*circuit, infer::simulate(*circuit, inputs, RandomStream(Seed{4})), scores);

  ThreadTeam team(1);
  infer::Engine engine{testing_support::chosen_kernels(), team};
  const tfhe::ClientKey client = tfhe::generate_client_key(circuit->parameters);
  const tfhe::EvaluationKey evaluation(tfhe::generate_evaluation_key(client, team), engine.kernels,
                                       team);
  const infer::EncryptedBatch batch = infer::encrypt(*circuit, client, features.topRows(2));
  const Matrix<ir::Integer> secret = infer::decrypt(
      *circuit, client, infer::score(*circuit, evaluation, batch, 0, batch.rows, engine));
  expect_scores(*circuit, secret, scores.topRows(2));
}

/// A network around one kind of layer.
struct Kind {
  const char* rule;
  Layers layers;
  Chosen chosen{};
};

TEST(LowerQuantCnn, EachKindOfLayerIsExactSimulatedAndEncrypted) {
  const Chosen line{{"input_shape", std::vector<std::int64_t>{18, 2}}};
  const Chosen bits{{"module__n_a_bits", std::int64_t{1}}};
  const Chosen half{{"module__n_prune_neurons_percentage", 0.5}};
  for (const Kind& kind : {
           Kind{"wrap", {"conv2d(2, 3, stride=3, padding=1)"}},
           Kind{"wrap", {"conv2d(1, 2x3, stride=2x3, padding=1x0)", "flatten", "dense(3)"}},
           Kind{"wrap", {"conv2d(4, 3, stride=3)", "conv2d(2, 2, groups=2)"}},
           Kind{"wrap", {"conv1d(4, 3, stride=3, groups=2)", "maxpool1d(3)"}, line},
           Kind{"wrap", {"conv2d(4, 3, stride=3)", "avgpool2d(2)"}, half},
           Kind{"wrap", {"conv2d(4, 3, stride=3)", "conv2d(4, 2, groups=4)"}, half},
           Kind{"omega", {"conv2d(2, 3, stride=3)", "batchnorm", "tanh", "dense(2)"}},
           Kind{"bound", {"avgpool2d(3, stride=3)", "dense(2)"}, bits},
           Kind{"bound", {"conv2d(2, 3, stride=3)", "avgpool2d(2, stride=1, padding=1)"}},
           Kind{"bound", {"conv2d(2, 3, stride=3)", "maxpool2d(2)"}},
           Kind{"bound", {"conv2d(2, 3, stride=3)", "maxpool2d(2)", "dense(2)"}, bits},
           Kind{"bound", {"conv2d(2, 3, stride=3)", "conv2d(2, 1)", "add(0)", "dense(2)"}},
           Kind{"bound", {"conv2d(1, 3, padding=1)", "add(input)"}},
       }) {
    SCOPED_TRACE(concat(kind.rule, " ", kind.layers.front(), " ", kind.layers.back()));
    Chosen chosen = kind.chosen;
    chosen.push_back({"module__accumulator", std::string(kind.rule)});
    chosen.push_back({"module__n_accum_bits", std::int64_t{4}});
    learn::Dataset data = bars(160);
    if (chosen.front().first == "input_shape") data.image.reset();
    expect_exact(trained(kind.layers, chosen, data));
  }
}

TEST(LowerQuantCnn, SeveralTargetsAreExactSimulatedAndEncrypted) {
  expect_exact(trained({"conv2d(2, 3, stride=3)", "avgpool2d(2)"},
                       {{"module__accumulator", std::string("omega")}}, brightness(160)));
}

TEST(LowerQuantCnn, RoundedSumsAreExactSimulatedAndEncrypted) {
  Chosen wide = wide_omega(5, 3);
  wide.push_back({"input_shape", std::vector<std::int64_t>{18, 2}});
  learn::Dataset lines = bars(160);
  lines.image.reset();

  const learn::Model model = trained({"conv1d(2, 9, stride=9, groups=2)"}, wide, lines);

  EXPECT_EQ(rounded_layers(model), 1U);
  expect_exact(model);
}

}  // namespace
}  // namespace basalt::compile::lower_quant_cnn_test
