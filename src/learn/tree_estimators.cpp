// The tree estimators that recipes can name: their settings and how they are trained.
#include <cmath>

#include "base/error.hpp"
#include "learn/train.hpp"
#include "learn/tree_boosting.hpp"
#include "learn/tree_growth.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;
using Rules = std::vector<SettingRule>;

SettingRule whole(const char* name, std::int64_t fallback, double low, double high,
                  const char* meaning) {
  return {.name = name, .fallback = fallback, .low = low, .high = high, .meaning = meaning};
}

SettingRule real(const char* name, double fallback, double low, double high, const char* meaning) {
  return {.name = name,
          .type = SettingType::real,
          .fallback = fallback,
          .low = low,
          .high = high,
          .meaning = meaning};
}

/// The first choice is the default.
SettingRule choice(const char* name, std::vector<std::string> choices, const char* meaning) {
  return {.name = name,
          .type = SettingType::text,
          .fallback = choices.front(),
          .choices = choices,
          .meaning = meaning};
}

/// The settings of all tree estimators, and those of one.
Rules with_shared(Rules rules) {
  rules.push_back(whole("n_bits", 6, 1, 12, "Bits of quantized features and leaves."));
  rules.push_back(
      whole("n_bits__op_inputs", 0, 0, 12, "Bits of quantized features; 0: as n_bits."));
  rules.push_back(whole("n_bits__op_leaves", 0, 0, 12, "Bits of leaves; 0: as n_bits."));
  rules.push_back(choice("comparisons", {"client", "server"},
                         "Who compares features with thresholds: the client before encryption (it "
                         "then knows the thresholds), or the server under encryption."));
  return rules;
}

Bits bits_from(const Settings& settings, const char* name) {
  const std::int64_t own = settings.integer(name);
  return Bits{static_cast<int>(own > 0 ? own : settings.integer("n_bits"))};
}

TreeEnsemble ensemble_for(const Settings& settings, const Dataset& data) {
  TreeEnsemble ensemble;
  ensemble.features = feature_quantizers(data.features, bits_from(settings, "n_bits__op_inputs"));
  ensemble.comparisons =
      settings.text("comparisons") == "client" ? Comparisons::client : Comparisons::server;
  return ensemble;
}

Criterion criterion_from(const std::string& name) {
  if (name == "gini") return Criterion::gini;
  return name == "entropy" ? Criterion::entropy : Criterion::squared_error;
}

std::size_t features_to_try(const std::string& rule, std::size_t features) {
  const auto count = static_cast<double>(features);
  if (rule == "sqrt") return static_cast<std::size_t>(std::max(1.0, std::floor(std::sqrt(count))));
  if (rule == "log2") return static_cast<std::size_t>(std::max(1.0, std::floor(std::log2(count))));
  return 0;
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
  std::vector<std::string> tried = {"all", "sqrt", "log2"};
  std::ranges::stable_partition(tried, [&](const std::string& rule) { return rule == features; });
  return {classifies ? choice("criterion", {"gini", "entropy"}, "How splits are judged.")
                     : choice("criterion", {"squared_error"}, "How splits are judged."),
          whole("max_depth", depth, 0, 30, "Most comparisons from root to leaf; 0: no limit."),
          whole("min_samples_split", 2, 2, 1e9, "Fewest rows of a node that is split."),
          whole("min_samples_leaf", 1, 1, 1e9, "Fewest rows of a leaf."),
          real("min_impurity_decrease", 0.0, 0.0, 1e300, "Least gain of a split, per row."),
          choice("max_features", tried, "Features that each node tries.")};
}

Estimator single_tree(const char* name, Task task) {
  Rules rules = growth_rules(task == Task::classification, 0, "all");
  return {name, task, with_shared(std::move(rules)),
          [](const Settings& settings, const Dataset& data, RandomStream random, const EpochHook&,
             std::vector<EpochRecord>&) {
            TreeEnsemble ensemble = ensemble_for(settings, data);
            const auto integers = quantize_features(ensemble.features, data.features);
            const Matrix<double> targets = grown_targets(data);
            set_average(ensemble,
                        grow_forest({integers, targets}, 1, false,
                                    growth_from(settings, data.columns()), random),
                        data, bits_from(settings, "n_bits__op_leaves"));
            return ensemble;
          }};
}

Estimator forest(const char* name, Task task) {
  const bool classifies = task == Task::classification;
  Rules rules = growth_rules(classifies, 4, classifies ? "sqrt" : "all");
  rules.push_back(whole("n_estimators", 20, 1, 10000, "Number of trees."));
  rules.push_back({.name = "bootstrap",
                   .type = SettingType::boolean,
                   .fallback = true,
                   .meaning = "Whether each tree sees rows drawn with replacement."});
  return {name, task, with_shared(std::move(rules)),
          [](const Settings& settings, const Dataset& data, RandomStream random, const EpochHook&,
             std::vector<EpochRecord>&) {
            TreeEnsemble ensemble = ensemble_for(settings, data);
            const auto integers = quantize_features(ensemble.features, data.features);
            const Matrix<double> targets = grown_targets(data);
            set_average(ensemble,
                        grow_forest({integers, targets},
                                    static_cast<std::size_t>(settings.integer("n_estimators")),
                                    settings.flag("bootstrap"),
                                    growth_from(settings, data.columns()), random),
                        data, bits_from(settings, "n_bits__op_leaves"));
            return ensemble;
          }};
}

BoostingSpec boosting_from(const Settings& settings, const Dataset& data, RandomStream random) {
  BoostingSpec spec;
  spec.rounds = static_cast<int>(settings.integer("n_estimators"));
  for (const char* name : {"learning_rate", "reg_lambda", "reg_alpha", "gamma", "min_child_weight",
                           "subsample", "colsample_bytree"}) {
    spec.parameters.emplace_back(name, to_text(SettingValue(settings.real(name))));
  }
  spec.parameters.emplace_back("max_depth", std::to_string(settings.integer("max_depth")));
  spec.parameters.emplace_back("seed", std::to_string(random.next() & 0x7fffffff));
  const std::size_t classes = data.classes.size();
  const bool regresses = data.task == Task::regression;
  const double base = regresses ? data.targets.mean() : 0.5;
  spec.parameters.emplace_back("base_score", to_text(SettingValue(base)));
  const char* loss = classes == 2 ? "binary:logistic" : "multi:softprob";
  spec.parameters.emplace_back("objective", regresses ? "reg:squarederror" : loss);
  if (classes > 2) spec.parameters.emplace_back("num_class", std::to_string(classes));
  return spec;
}

TreeEnsemble boosted(const Settings& settings, const Dataset& data, RandomStream random) {
  TreeEnsemble ensemble = ensemble_for(settings, data);
  std::vector<float> labels(data.labels.begin(), data.labels.end());
  std::size_t outputs = data.classes.size() == 2 ? 1 : data.classes.size();
  ensemble.link = outputs == 1 ? TreeLink::sign : TreeLink::largest;
  if (data.task == Task::regression) {
    require(data.targets.cols() == 1, ErrorCode::unsupported, "XGBRegressor: ", data.targets.cols(),
            " targets, expected 1");
    for (const double target : data.targets.reshaped()) {
      labels.push_back(static_cast<float>(target));
    }
    outputs = 1;
    ensemble.link = TreeLink::identity;
    ensemble.offset = {data.targets.mean()};
  }
  const auto integers = quantize_features(ensemble.features, data.features);
  set_trees(ensemble, boost_trees(integers, labels, boosting_from(settings, data, random)), outputs,
            bits_from(settings, "n_bits__op_leaves"));
  return ensemble;
}

Estimator boosting(const char* name, Task task) {
  return {name, task,
          with_shared(
              {whole("n_estimators", 20, 1, 10000, "Rounds of boosting."),
               whole("max_depth", 3, 1, 30, "Most comparisons from root to leaf."),
               real("learning_rate", 0.3, 0.0, 1.0, "Part of each tree that is added."),
               real("reg_lambda", 1.0, 0.0, 1e300, "Penalty on squared leaves."),
               real("reg_alpha", 0.0, 0.0, 1e300, "Penalty on absolute leaves."),
               real("gamma", 0.0, 0.0, 1e300, "Least gain of a split."),
               real("min_child_weight", 1.0, 0.0, 1e300, "Least weight of a leaf."),
               real("subsample", 1.0, 0.01, 1.0, "Part of the rows that a tree sees."),
               real("colsample_bytree", 1.0, 0.01, 1.0, "Part of the features that a tree sees.")}),
          [](const Settings& settings, const Dataset& data, RandomStream random, const EpochHook&,
             std::vector<EpochRecord>&) { return boosted(settings, data, std::move(random)); }};
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
