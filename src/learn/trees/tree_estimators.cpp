// The tree estimators that recipes can name: their settings and how they are trained.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "learn/data/feature_quantizer.hpp"
#include "learn/estimator/class_weight.hpp"
#include "learn/estimator/setting_rules.hpp"
#include "learn/estimator/train.hpp"
#include "learn/trees/tree_boosting.hpp"
#include "learn/trees/tree_growth.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;
using Rules = std::vector<SettingRule>;
using rules::choice, rules::real, rules::share, rules::whole;

/// The settings of all tree estimators, and those of one.
Rules with_shared(Rules rules) {
  rules.push_back(whole("n_bits", 6, 1, 12, "Bits of quantized features and leaves."));
  rules.push_back(
      whole("n_bits__op_inputs", 0, 0, 12, "Bits of quantized features; 0: as n_bits."));
  rules.push_back(whole("n_bits__op_leaves", 0, 0, 12, "Bits of leaves; 0: as the features."));
  rules.push_back(choice("comparisons", {"client", "levels", "server"},
                         "Who compares features with thresholds: the client before encryption (it "
                         "then knows the thresholds), the client with all levels of each feature, "
                         "or the server under encryption."));
  for (SettingRule& rule : rules::set_outside_the_model()) rules.push_back(std::move(rule));
  return rules;
}

/// The first of the settings that is not 0, in the order given, then n_bits.
Bits bits_from(const Settings& settings, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (settings.integer(name) > 0) return Bits{static_cast<int>(settings.integer(name))};
  }
  return Bits{static_cast<int>(settings.integer("n_bits"))};
}

Bits leaf_bits(const Settings& settings) {
  return bits_from(settings, {"n_bits__op_leaves", "n_bits__op_inputs"});
}

Comparisons comparisons_from(const std::string& name) {
  if (name == "server") return Comparisons::server;
  return name == "levels" ? Comparisons::levels : Comparisons::client;
}

TreeEnsemble ensemble_for(const Settings& settings, const Dataset& data) {
  TreeEnsemble ensemble;
  ensemble.features = feature_quantizers(data.features, bits_from(settings, {"n_bits__op_inputs"}));
  ensemble.comparisons = comparisons_from(settings.text("comparisons"));
  return ensemble;
}

Criterion criterion_from(const std::string& name) {
  if (name == "gini") return Criterion::gini;
  return name == "squared_error" ? Criterion::squared_error : Criterion::entropy;
}

/// "all", "sqrt", "log2", a number of features, or a part of them such as "0.5"; 0: all.
std::size_t features_to_try(const std::string& rule, std::size_t features) {
  const auto count = static_cast<double>(features);
  double tried = count;
  if (rule == "sqrt") {
    tried = std::sqrt(count);
  } else if (rule == "log2") {
    tried = std::log2(count);
  } else if (rule != "all") {
    const double number = parse_number<double>(rule).value_or(0.0);
    const bool is_part = rule.find('.') != std::string::npos;
    if (!(number > 0) || number > (is_part ? 1.0 : count)) {
      throw Error(ErrorCode::invalid_argument,
                  concat("\"max_features\" is \"", rule, "\", expected all, sqrt, log2, 1 to ",
                         features, ", or a part such as 0.5"),
                  "max_features");
    }
    tried = is_part ? number * count : number;
  }
  return static_cast<std::size_t>(std::max(1.0, std::floor(tried)));
}

GrowthSpec growth_from(const Settings& settings, std::size_t features) {
  return {.criterion = criterion_from(settings.text("criterion")),
          .max_depth = settings.integer("max_depth"),
          .min_samples_split = settings.integer("min_samples_split"),
          .min_samples_leaf = settings.integer("min_samples_leaf"),
          .min_impurity_decrease = settings.real("min_impurity_decrease"),
          .max_features = features_to_try(settings.text("max_features"), features)};
}

/// What a tree averages: one-hot classes, or the targets.
Matrix<double> grown_targets(const Dataset& data) {
  if (data.task == Task::regression) return data.targets;
  Matrix<double> shares = Matrix<double>::Zero(static_cast<Index>(data.rows()),
                                               static_cast<Index>(data.classes.size()));
  for (std::size_t row = 0; row < data.rows(); ++row) {
    shares(static_cast<Index>(row), data.labels[row]) = 1.0;
  }
  return shares;
}

/// Averages the trees: leaves divided by their number; the last class is the rest of 1.
void set_average(TreeEnsemble& ensemble, std::vector<RealTree> trees, const Dataset& data,
                 Bits bits) {
  const bool classifies = data.task == Task::classification;
  const auto share = 1.0 / static_cast<double>(trees.size());
  Index outputs = 0;
  for (RealTree& tree : trees) {
    outputs = tree.value.cols() - (classifies ? 1 : 0);
    tree.value = (share * tree.value.leftCols(outputs)).eval();
  }
  ensemble.link = classifies ? TreeLink::probability : TreeLink::identity;
  set_trees(ensemble, std::move(trees), static_cast<std::size_t>(outputs), bits);
}

Rules growth_rules(bool classifies, std::int64_t depth, const char* features) {
  Rules rules = {
      classifies ? choice("criterion", {"gini", "entropy", "log_loss"}, "Criterion of splits.")
                 : choice("criterion", {"squared_error"}, "Criterion of splits."),
      whole("max_depth", depth, 0, 30, "Most comparisons from root to leaf; 0: no limit."),
      whole("min_samples_split", 2, 2, 1e9, "Fewest rows of a node that is split."),
      whole("min_samples_leaf", 1, 1, 1e9, "Fewest rows of a leaf."),
      real("min_impurity_decrease", 0.0, 0.0, "Least gain of a split, per row."),
      rules::text("max_features", features,
                  "Features that each node tries: all, sqrt, log2, a number or a part.")};
  if (classifies) rules.push_back(class_weight_rule());
  return rules;
}

/// One or many trees on quantized features, averaged.
TreeEnsemble grown(const Settings& settings, const Dataset& data, const ForestSpec& forest,
                   const RandomStream& random) {
  TreeEnsemble ensemble = ensemble_for(settings, data);
  const auto integers = quantize_features(ensemble.features, data.features);
  const Matrix<double> targets = grown_targets(data);
  Vector<double> weights;
  if (data.task == Task::classification) {
    weights = row_weights(settings.text("class_weight"), data);
  }
  const std::span<const double> weight_of_row(weights.data(),
                                              static_cast<std::size_t>(weights.size()));
  set_average(ensemble,
              grow_forest({integers, targets, weight_of_row}, forest,
                          growth_from(settings, data.columns()), random),
              data, leaf_bits(settings));
  return ensemble;
}

Estimator single_tree(const char* name, Task task) {
  Rules rules = growth_rules(task == Task::classification, 0, "all");
  return {
      name, task, with_shared(std::move(rules)),
      [](const Settings& settings, const Dataset& data, RandomStream random, const TrainingHooks&,
         std::vector<EpochRecord>&) { return grown(settings, data, {}, random); }};
}

Estimator forest(const char* name, Task task) {
  const bool classifies = task == Task::classification;
  Rules rules = growth_rules(classifies, 4, classifies ? "sqrt" : "all");
  rules.push_back(whole("n_estimators", 20, 1, 10000, "Number of trees."));
  rules.push_back(
      rules::flag("bootstrap", true, "Whether each tree sees rows drawn with replacement."));
  rules.push_back(share("max_samples", 1.0, 1e-9, "Part of the rows that is drawn for a tree."));
  return {name, task, with_shared(std::move(rules)),
          [](const Settings& settings, const Dataset& data, RandomStream random,
             const TrainingHooks&, std::vector<EpochRecord>&) {
            return grown(settings, data,
                         {.trees = static_cast<std::size_t>(settings.integer("n_estimators")),
                          .bootstrap = settings.flag("bootstrap"),
                          .max_samples = settings.real("max_samples")},
                         random);
          }};
}

/// Parameters that go to XGBoost as they are.
constexpr const char* boosting_reals[] = {
    "learning_rate",     "reg_lambda",      "reg_alpha", "gamma",
    "min_child_weight",  "max_delta_step",  "subsample", "colsample_bytree",
    "colsample_bylevel", "colsample_bynode"};

BoostingSpec boosting_from(const Settings& settings, const Dataset& data, double base,
                           RandomStream random) {
  BoostingSpec spec;
  spec.rounds = static_cast<int>(settings.integer("n_estimators"));
  for (const char* name : boosting_reals) {
    spec.parameters.emplace_back(name, to_text(SettingValue(settings.real(name))));
  }
  for (const char* name : {"tree_method", "booster"}) {
    spec.parameters.emplace_back(name, settings.text(name));
  }
  spec.parameters.emplace_back("max_depth", std::to_string(settings.integer("max_depth")));
  spec.parameters.emplace_back("seed", std::to_string(random.next() & 0x7fffffff));
  const std::size_t classes = data.classes.size();
  const bool regresses = data.task == Task::regression;
  spec.parameters.emplace_back("base_score", to_text(SettingValue(base)));
  const char* loss = classes == 2 ? "binary:logistic" : "multi:softprob";
  spec.parameters.emplace_back("objective", regresses ? "reg:squarederror" : loss);
  if (classes > 2) spec.parameters.emplace_back("num_class", std::to_string(classes));
  if (classes == 2) {
    spec.parameters.emplace_back("scale_pos_weight",
                                 to_text(SettingValue(settings.real("scale_pos_weight"))));
  }
  return spec;
}

TreeEnsemble boosted_classifier(const Settings& settings, const Dataset& data,
                                RandomStream random) {
  TreeEnsemble ensemble = ensemble_for(settings, data);
  const std::vector<float> labels(data.labels.begin(), data.labels.end());
  const std::size_t outputs = data.classes.size() == 2 ? 1 : data.classes.size();
  ensemble.link = outputs == 1 ? TreeLink::sign : TreeLink::argmax;
  const auto integers = quantize_features(ensemble.features, data.features);
  set_trees(ensemble,
            boost_trees(integers, labels, boosting_from(settings, data, 0.5, std::move(random))),
            outputs, leaf_bits(settings));
  return ensemble;
}

/// Every target has trees of its own, as in XGBoost.
TreeEnsemble boosted_regressor(const Settings& settings, const Dataset& data,
                               const RandomStream& random) {
  TreeEnsemble ensemble = ensemble_for(settings, data);
  const auto integers = quantize_features(ensemble.features, data.features);
  std::vector<RealTree> trees;
  for (Index k = 0; k < data.targets.cols(); ++k) {
    const Vector<double> target = data.targets.col(k);
    const Vector<float> labels = target.cast<float>();
    const double base = target.mean();
    for (RealTree& tree : boost_trees(integers, {labels.begin(), labels.end()},
                                      boosting_from(settings, data, base, random))) {
      tree.shape.first_output = static_cast<std::int32_t>(k);
      trees.push_back(std::move(tree));
    }
    ensemble.offset.push_back(base);
  }
  set_trees(ensemble, std::move(trees), ensemble.offset.size(), leaf_bits(settings));
  return ensemble;
}

Rules boosting_rules(bool classifies) {
  Rules rules = {
      whole("n_estimators", 20, 1, 10000, "Rounds of boosting."),
      whole("max_depth", 3, 1, 30, "Most comparisons from root to leaf."),
      share("learning_rate", 0.3, 0.0, "Part of each tree that is added."),
      real("reg_lambda", 1.0, 0.0, "Penalty on squared leaves."),
      real("reg_alpha", 0.0, 0.0, "Penalty on absolute leaves."),
      real("gamma", 0.0, 0.0, "Least gain of a split."),
      real("min_child_weight", 1.0, 0.0, "Least weight of a leaf."),
      real("max_delta_step", 0.0, 0.0, "Largest step of a leaf; 0: no limit."),
      share("subsample", 1.0, 0.01, "Part of the rows that a tree sees."),
      share("colsample_bytree", 1.0, 0.01, "Part of the features that a tree sees."),
      share("colsample_bylevel", 1.0, 0.01, "Part of them that a level sees."),
      share("colsample_bynode", 1.0, 0.01, "Part of those that a node sees."),
      choice("tree_method", {"exact", "hist", "approx"}, "How XGBoost looks for splits."),
      choice("booster", {"gbtree"}, "What is boosted."),
      rules::unused("scoring", "sweeps name their objectives in [search]"),
      rules::unused("early_stopping_rounds", "search \"n_estimators\" in a sweep instead")};
  if (classifies) {
    rules.push_back(choice("objective", {"binary:logistic", "multi:softprob"},
                           "Follows from the number of classes."));
    rules.push_back(
        rules::positive("scale_pos_weight", 1.0, "Weight of the second of two classes."));
  } else {
    rules.push_back(choice("objective", {"reg:squarederror"}, "Loss of a row."));
  }
  return rules;
}

Estimator boosting(const char* name, Task task) {
  return {name, task, with_shared(boosting_rules(task == Task::classification)),
          [](const Settings& settings, const Dataset& data, RandomStream random,
             const TrainingHooks&, std::vector<EpochRecord>&) {
            return data.task == Task::classification
                       ? boosted_classifier(settings, data, std::move(random))
                       : boosted_regressor(settings, data, random);
          }};
}

}  // namespace

std::vector<Estimator> tree_estimators() {
  return {single_tree("DecisionTreeClassifier", Task::classification),
          single_tree("DecisionTreeRegressor", Task::regression),
          forest("RandomForestClassifier", Task::classification),
          forest("RandomForestRegressor", Task::regression),
          boosting("XGBClassifier", Task::classification),
          boosting("XGBRegressor", Task::regression)};
}

}  // namespace basalt::learn
