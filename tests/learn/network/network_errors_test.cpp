// Settings of Concrete ML's networks and the errors that they lead to here: its table of
// parameters, row by row.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/estimator/train.hpp"

namespace basalt::learn::network_errors_test {
namespace {

using Chosen = std::vector<std::pair<std::string, SettingValue>>;

SettingValue whole(std::int64_t value) {
  return value;
}
SettingValue text(const char* value) {
  return std::string(value);
}
SettingValue texts(std::vector<std::string> values) {
  return values;
}
SettingValue reals(std::vector<double> values) {
  return values;
}

/// One mistake: what is set, the setting that is blamed, and words of the sentence.
struct Mistake {
  const char* name;
  Chosen chosen;
  std::string subject;
  std::vector<std::string> words;
};

std::vector<Mistake> width_mistakes() {
  return {
      {"N2 no layer", {{"module__n_layers", whole(0)}}, "module__n_layers", {"at least 1"}},
      {"N3 weights", {{"module__n_w_bits", whole(0)}}, "module__n_w_bits", {"at least 1"}},
      {"N4 activations", {{"module__n_a_bits", whole(-1)}}, "module__n_a_bits", {"at least 1"}},
      {"N2 too many", {{"module__n_layers", whole(17)}}, "module__n_layers", {"at most 16"}},
      {"N3 too many", {{"module__n_w_bits", whole(9)}}, "module__n_w_bits", {"at most 8"}},
      {"N3 no number", {{"module__n_w_bits", 2.5}}, "module__n_w_bits", {"an integer"}},
      {"N4 too many", {{"module__n_a_bits", whole(9)}}, "module__n_a_bits", {"at most 8"}},
      {"N5 none", {{"module__n_accum_bits", whole(0)}}, "module__n_accum_bits", {"at least 1"}},
      {"N5 too many",
       {{"module__n_accum_bits", whole(33)}},
       "module__n_accum_bits",
       {"at most 32"}},
      {"N5 too many to wrap",
       {{"module__n_accum_bits", whole(11)}},
       "module__n_accum_bits",
       {"2 to 10 bits"}},
      {"N5 omega of 0",
       {{"module__accumulator", text("omega")},
        {"module__n_w_bits", whole(4)},
        {"module__n_a_bits", whole(4)},
        {"module__n_accum_bits", whole(7)}},
       "module__n_accum_bits",
       {"accumulator", "no neuron", "set \"module__n_accum_bits\" to at least 8"}},
      {"N6 multiplier 0",
       {{"module__n_hidden_neurons_multiplier", 0.0}},
       "module__n_hidden_neurons_multiplier",
       {"above 0"}},
      {"N6 negative",
       {{"module__n_hidden_neurons_multiplier", -2.0}},
       "module__n_hidden_neurons_multiplier",
       {"above 0"}},
      {"N6 no neuron",
       {{"module__n_hidden_neurons_multiplier", 0.1}},
       "module__n_hidden_neurons_multiplier",
       {"leaves no hidden neuron"}},
  };
}

std::vector<Mistake> topology_mistakes() {
  return {
      {"N7 all pruned",
       {{"module__n_prune_neurons_percentage", 1.0}},
       "module__n_prune_neurons_percentage",
       {"fraction", "below 1"}},
      {"N7 below 0",
       {{"module__n_prune_neurons_percentage", -0.1}},
       "module__n_prune_neurons_percentage",
       {"fraction", "at least 0"}},
      {"N7 of a construction",
       {{"module__construction", text("greedy")}, {"module__n_prune_neurons_percentage", 0.5}},
       "module__n_prune_neurons_percentage",
       {"module__hidden"}},
      {"a read-out without a sign",
       {{"module__n_readout_bits", whole(1)}},
       "module__n_readout_bits",
       {"at least 2"}},
      {"N8 unknown activation",
       {{"module__activation_function", text("ReLUU")}},
       "module__activation_function",
       {"did you mean \"ReLU\""}},
      {"N8 no univariate one",
       {{"module__activation_function", text("GLU")}},
       "module__activation_function",
       {"expected one of"}},
      {"N9 narrow",
       {{"module__quant_narrow", whole(1)}},
       "module__quant_narrow",
       {"true or false"}},
      {"N10 signed", {{"module__quant_signed", text("no")}}, "module__quant_signed", {"true"}},
      {"N11 scales",
       {{"module__power_of_two_scaling", 0.5}},
       "module__power_of_two_scaling",
       {"true or false"}},
      {"N12 inputs", {{"module__input_dim", whole(4)}}, "module__input_dim", {"from the data"}},
      {"N12 outputs", {{"module__n_outputs", whole(3)}}, "module__n_outputs", {"from the data"}},
      {"N12 inputs of 0.3",
       {{"preset", text("0.3")}, {"module__input_dim", whole(0)}},
       "module__input_dim",
       {"at least 1"}},
      {"N12 outputs of 0.3",
       {{"preset", text("0.3")}, {"module__n_outputs", whole(1)}},
       "module__n_outputs",
       {"at least 2"}},
      {"N12 other outputs than the data",
       {{"preset", text("0.3")}, {"module__n_outputs", whole(4)}},
       "module__n_outputs",
       {"the data has 3"}},
      {"N13 n_bits", {{"n_bits", whole(3)}}, "n_bits", {"module__n_w_bits", "module__n_a_bits"}},
      {"N13 n_bits by place",
       {{"n_bits__op_inputs", whole(3)}},
       "n_bits__op_inputs",
       {"module__n_w_bits", "module__n_a_bits"}},
      {"N13 module", {{"module", whole(1)}}, "module", {"topology", "module__n_layers"}},
  };
}

std::vector<Mistake> training_mistakes() {
  return {
      {"N14 criterion", {{"criterion", text("MSELoss")}}, "criterion", {"CrossEntropyLoss"}},
      {"N14 optimizer", {{"optimizer", text("Adan")}}, "optimizer", {"did you mean \"Adam\""}},
      {"N14 rate", {{"lr", 0.0}}, "lr", {"above 0"}},
      {"N14 epochs", {{"max_epochs", whole(0)}}, "max_epochs", {"at least 1"}},
      {"N14 batch", {{"batch_size", whole(0)}}, "batch_size", {"at least 1"}},
      {"N14 one fold", {{"train_split", whole(1)}}, "train_split", {"0 or at least 2"}},
      {"N14 nonlinearity", {{"predict_nonlinearity", text("none")}}, "predict_nonlinearity", {}},
      {"N14 device", {{"device", text("cuda")}}, "device", {"cpu"}},
      {"N14 warm start", {{"warm_start", whole(1)}}, "warm_start", {"true or false"}},
      {"N14 classes", {{"classes", texts({"a", "b"})}}, "classes", {"from the data"}},
      {"N14 loader", {{"iterator_train", text("Mine")}}, "iterator_train", {"DataLoader"}},
      {"N14 split", {{"train_split", text("none")}}, "train_split", {"an integer"}},
      {"N14 verbose", {{"verbose", whole(-1)}}, "verbose", {"at least 0"}},
  };
}

std::vector<Mistake> descent_mistakes() {
  return {
      {"N15 prefix",
       {{"optimizer__weight_deca", 0.1}},
       "optimizer__weight_deca",
       {"did you mean \"optimizer__weight_decay\""}},
      {"N15 decay", {{"optimizer__weight_decay", -0.5}}, "optimizer__weight_decay", {"at least 0"}},
      {"N15 betas", {{"optimizer__betas", reals({0.9})}}, "optimizer__betas", {"expected 2"}},
      {"N15 momentum of Adam",
       {{"optimizer__momentum", 0.9}},
       "optimizer__momentum",
       {"\"SGD\"", "is \"Adam\""}},
      {"N14 held out twice",
       {{"train_split", whole(5)}, {"validation_share", 0.2}},
       "validation_share",
       {"\"train_split\" = 5", "one of them"}},
      {"N15 nesterov",
       {{"optimizer", text("SGD")}, {"optimizer__nesterov", true}},
       "optimizer__nesterov",
       {"optimizer__momentum"}},
      {"N16 weights of 2 classes",
       {{"criterion__weight", reals({1.0, 2.0})}},
       "criterion__weight",
       {"2 weights for 3 classes"}},
      {"N16 by another name",
       {{"class_weight", text("balanced")}},
       "class_weight",
       {"criterion__weight"}},
      {"N16 not a list",
       {{"criterion__weight", text("balanced")}},
       "criterion__weight",
       {"list of numbers"}},
      {"N16 negative",
       {{"criterion__weight", reals({1, -1, 1})}},
       "criterion__weight",
       {"at least"}},
      {"N16 all 0",
       {{"criterion__weight", reals({0, 0, 0})}},
       "criterion__weight",
       {"every class"}},
      {"N21 prune",
       {{"module__n_prune_neurons_percentage", 1.5}},
       "module__n_prune_neurons_percentage",
       {"below 1"}},
  };
}

std::vector<Mistake> callback_mistakes() {
  return {
      {"N17 unknown callback",
       {{"callbacks", texts({"EarlyStoping"})}},
       "callbacks",
       {"EarlyStopping"}},
      {"N19 without its callback",
       {{"callbacks__Checkpoint__monitor", text("train_loss")}},
       "callbacks__Checkpoint__monitor",
       {"callbacks = [\"Checkpoint\"]"}},
      {"N19 nothing to watch",
       {{"callbacks", texts({"EarlyStopping"})},
        {"callbacks__EarlyStopping__monitor", text("valid_loss")}},
       "callbacks__EarlyStopping__monitor",
       {"train_loss", "train_split"}},
      {"N19 no rows to score",
       {{"callbacks", texts({"EpochScoring"})}},
       "callbacks",
       {"train_split"}},
      {"N19 unknown score",
       {{"callbacks", texts({"EpochScoring"})},
        {"callbacks__EpochScoring__scoring", texts({"acuracy"})}},
       "callbacks__EpochScoring__scoring",
       {"accuracy"}},
      {"N19 no milestone",
       {{"callbacks", texts({"LRScheduler"})},
        {"callbacks__LRScheduler__policy", text("MultiStepLR")}},
       "callbacks__LRScheduler__milestones",
       {"such as [30, 60]"}},
      {"N19 a factor of no schedule",
       {{"callbacks", texts({"LRScheduler"})}, {"callbacks__LRScheduler__gamma", 0.5}},
       "callbacks__LRScheduler__gamma",
       {"\"StepLR\" or \"MultiStepLR\"", "is \"cosine\""}},
      {"N19 clip",
       {{"callbacks", texts({"GradientNormClipping"})},
        {"callbacks__GradientNormClipping__gradient_clip_value", 0.0}},
       "callbacks__GradientNormClipping__gradient_clip_value",
       {"above 0"}},
  };
}

/// Three classes with names that are no numbers.
Dataset flowers() {
  Dataset data;
  data.classes = {"iris", "rose", "tulip"};
  data.features.resize(60, 4);
  RandomStream random(Seed{1});
  for (double& value : data.features.reshaped()) value = random.gaussian();
  for (Eigen::Index row = 0; row < 60; ++row) {
    data.labels.push_back(static_cast<std::int32_t>(row % 3));
    data.features(row, row % 3) += 4.0;
  }
  return data;
}

Model trained(const Chosen& chosen, const Dataset& data) {
  const Estimator& estimator = estimator_named("NeuralNetClassifier");
  Settings settings;
  for (const auto& [name, value] : chosen) settings.set(estimator.rules, name, value);
  if (!settings.has("max_epochs")) settings.set(estimator.rules, "max_epochs", whole(1));
  return train(estimator, settings, data, true, RandomStream(Seed{1}));
}

void expect_sentence(const Mistake& mistake) {
  try {
    trained(mistake.chosen, flowers());
    ADD_FAILURE() << mistake.name << " is accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument) << mistake.name;
    EXPECT_EQ(error.subject(), mistake.subject) << mistake.name;
    for (const std::string& word : mistake.words) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos)
          << mistake.name << ": \"" << error.what() << "\" lacks \"" << word << "\"";
    }
  }
}

TEST(NetworkErrors, NameTheTopologySettingAtFaultAndTheRemedy) {
  for (const Mistake& mistake : width_mistakes()) expect_sentence(mistake);
  for (const Mistake& mistake : topology_mistakes()) expect_sentence(mistake);
}

TEST(NetworkErrors, NameTheTrainingSettingAtFaultAndTheRemedy) {
  for (const Mistake& mistake : training_mistakes()) expect_sentence(mistake);
  for (const Mistake& mistake : descent_mistakes()) expect_sentence(mistake);
  for (const Mistake& mistake : callback_mistakes()) expect_sentence(mistake);
}

TEST(NetworkErrors, TellWhatIsWrongWithTheData) {
  Dataset broken = flowers(), one = flowers(), values = flowers();
  broken.features(3, 1) = std::numeric_limits<double>::infinity();  // N24
  one.classes = {"iris"};                                           // N25
  values.task = Task::regression;                                   // N26
  for (const auto& [data, word] :
       {std::pair{broken, "NaN or infinity"}, {one, "at least 2"}, {values, "classification"}}) {
    try {
      trained({}, data);
      ADD_FAILURE() << word;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  }
}

TEST(NetworkDefaults, AreTheOnesThatTheTablePromises) {
  Settings settings;
  complete(estimator_named("NeuralNetClassifier"), settings);
  EXPECT_EQ(settings.integer("module__n_layers"), 2);      // N2
  EXPECT_EQ(settings.integer("module__n_w_bits"), 2);      // N3
  EXPECT_EQ(settings.integer("module__n_a_bits"), 2);      // N4
  EXPECT_EQ(settings.integer("module__n_accum_bits"), 4);  // N5
  EXPECT_EQ(settings.text("module__accumulator"), "wrap");
  EXPECT_EQ(settings.real("module__n_hidden_neurons_multiplier"), 4.0);  // N6
  EXPECT_EQ(settings.real("module__n_prune_neurons_percentage"), 0.0);   // N7
  EXPECT_EQ(settings.text("module__activation_function"), "ReLU");       // N8
  EXPECT_FALSE(settings.flag("module__quant_narrow"));                   // N9
  EXPECT_TRUE(settings.flag("module__quant_signed"));                    // N10
  EXPECT_TRUE(settings.flag("module__power_of_two_scaling"));            // N11
  EXPECT_EQ(settings.text("criterion"), "CrossEntropyLoss");             // N14
  EXPECT_EQ(settings.text("optimizer"), "Adam");
  EXPECT_EQ(settings.real("lr"), 0.01);
  EXPECT_EQ(settings.integer("max_epochs"), 10);
  EXPECT_EQ(settings.integer("batch_size"), 128);
  EXPECT_EQ(settings.integer("train_split"), 0);  // no hidden hold-out
  EXPECT_FALSE(settings.flag("warm_start"));      // N20
  EXPECT_FALSE(settings.flag("fit_benchmark"));   // N28
  EXPECT_EQ(settings.text("predict_nonlinearity"), "auto");
  EXPECT_EQ(settings.text("device"), "cpu");
  EXPECT_TRUE(settings.reals("criterion__weight").empty());  // N16
  EXPECT_TRUE(settings.texts("callbacks").empty());
  EXPECT_EQ(settings.integer("callbacks__EarlyStopping__patience"), 5);  // N19
  EXPECT_EQ(settings.real("callbacks__EarlyStopping__threshold"), 1e-4);
  Settings regression;
  complete(estimator_named("NeuralNetRegressor"), regression);
  EXPECT_EQ(regression.text("criterion"), "MSELoss");
}

/// The first layer of a network under Concrete ML's rule, whose settings these are.
QuantLayer omega_layer(Chosen chosen) {
  chosen.push_back({"module__accumulator", text("omega")});
  chosen.push_back({"module__n_accum_bits", whole(8)});
  chosen.push_back({"max_epochs", whole(3)});
  const Model model = trained(chosen, flowers());
  return std::get<SparseQuantNeuralNetwork>(model.family).layers.front();
}

TEST(NetworkModels, HaveTheWidthsBitsAndScalesThatWereAsked) {
  const QuantLayer usual = omega_layer({});
  const QuantLayer half = omega_layer({{"module__n_hidden_neurons_multiplier", 0.5}});
  const std::pair<std::string, SettingValue> any_scale{"module__power_of_two_scaling", false};
  const QuantLayer real = omega_layer({any_scale});
  const QuantLayer narrow = omega_layer({any_scale, {"module__quant_narrow", true}});
  const QuantLayer wide = omega_layer({any_scale, {"module__n_w_bits", whole(3)}});
  const QuantLayer positive = omega_layer({{"module__quant_signed", false}});

  EXPECT_EQ(usual.neurons(), 16U);  // N6
  EXPECT_EQ(half.neurons(), 2U);
  EXPECT_EQ(real.weights.minCoeff(), -2);  // N9
  EXPECT_EQ(narrow.weights.minCoeff(), -1);
  EXPECT_LE(real.weights.maxCoeff(), 1);  // N3
  EXPECT_LT(wide.weights.minCoeff(), -2);
  EXPECT_NE(real.weights, usual.weights);    // N11
  EXPECT_NE(positive.tables, usual.tables);  // N10
}

TEST(NetworkModels, KeepOriginalLabelsSettingsAndHistory) {
  const Model model = trained({{"max_epochs", whole(3)},
                               {"train_split", whole(5)},
                               {"callbacks", texts({"EarlyStopping", "Checkpoint"})}},
                              flowers());

  EXPECT_EQ(model.classes, (std::vector<std::string>{"iris", "rose", "tulip"}));
  ASSERT_EQ(model.history.size(), 3U);  // N18
  EXPECT_TRUE(model.history.back().has_valid_rows());
  EXPECT_EQ(model.settings.texts("callbacks").size(), 2U);  // N27, N29
}

}  // namespace
}  // namespace basalt::learn::network_errors_test
