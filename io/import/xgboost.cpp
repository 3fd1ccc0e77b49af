#include "io/import/xgboost.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "io/file/file.hpp"
#include "learn/trees/xgboost_trees.hpp"

namespace basalt::io {
namespace {

using nlohmann::json;

double stored_number(std::string_view text) {
  const std::optional<double> number = parse_number<double>(text);
  require(number && std::isfinite(*number), ErrorCode::invalid_argument, "\"", text,
          "\" is not a number");
  return *number;
}

/// Numbers of the file are texts such as "5E-1", in newer versions "[5E-1]" or "[5E-1,2E0]".
std::vector<double> numbers_from(const json& value) {
  if (value.is_number()) return {value.get<double>()};
  std::string text = value.get<std::string>();
  std::erase_if(text, [](char c) { return c == '[' || c == ']' || c == ' '; });
  std::vector<double> numbers;
  for (std::size_t from = 0, comma = 0; comma != std::string::npos; from = comma + 1) {
    comma = text.find(',', from);
    const std::size_t length = comma == std::string::npos ? comma : comma - from;
    numbers.push_back(stored_number(std::string_view(text).substr(from, length)));
  }
  return numbers;
}

double number_from(const json& value) {
  const std::vector<double> numbers = numbers_from(value);
  require(numbers.size() == 1, ErrorCode::invalid_argument, value.dump(), " is not one number");
  return numbers.front();
}

/// A count of the model; 0 if the file, being of an older version, lacks it.
std::size_t count_from(const json& parameters, const char* name) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return 0;
  const double number = number_from(*found);
  require(0.0 <= number && number <= 1e9 && number == std::floor(number),
          ErrorCode::invalid_argument, name, " is ", number, ", expected a count");
  return static_cast<std::size_t>(number);
}

/// What an objective makes of the sums of the leaves.
struct Objective {
  bool classifies = false;
  bool logistic_base = false;  ///< base_score is a probability, not a score.
};

Objective objective_named(const std::string& name) {
  static const std::set<std::string> classes{"binary:logitraw", "binary:hinge", "multi:softmax",
                                             "multi:softprob"};
  static const std::set<std::string> values{"reg:squarederror",    "reg:absoluteerror",
                                            "reg:linear",          "reg:pseudohubererror",
                                            "reg:squaredlogerror", "reg:quantileerror"};
  if (name == "binary:logistic") return {.classifies = true, .logistic_base = true};
  if (classes.contains(name)) return {.classifies = true};
  require(values.contains(name), ErrorCode::unsupported, "objective \"", name,
          "\" is not supported; known are binary:logistic, binary:logitraw, binary:hinge, "
          "multi:softmax, multi:softprob and regressions without a link");
  return {};
}

/// Errors: unsupported for trees that compare categories or whose leaves hold several numbers.
void require_plain(const json& tree) {
  if (const auto types = tree.find("split_type"); types != tree.end()) {
    for (const json& type : *types) {
      require(type.get<int>() == 0, ErrorCode::unsupported,
              "categorical splits are not supported; encode categories as numbers");
    }
  }
  if (const auto size = tree.find("tree_param"); size != tree.end()) {
    require(count_from(*size, "size_leaf_vector") <= 1, ErrorCode::unsupported,
            "leaves of several targets are not supported; train with multi_strategy "
            "one_output_per_tree");
  }
}

FloatTree tree_from(const learn::XgboostTree& source, double weight) {
  FloatTree tree;
  for (std::size_t i = 0; i < source.nodes(); ++i) {
    RealNode node;
    if (source.is_leaf(i)) {
      node.value = {weight * source.condition[i]};
    } else {
      node = {.feature = source.feature[i],
              .threshold = source.condition[i],
              .equal_goes_left = false,
              .left = static_cast<std::size_t>(source.left[i]),
              .right = static_cast<std::size_t>(source.right[i]),
              .value = {}};
    }
    tree.nodes.push_back(std::move(node));
  }
  return tree;
}

/// The trees, and the weight of each if the booster drops some at random in training.
std::vector<FloatTree> trees_from(const json& booster, std::size_t outputs) {
  const std::string name = booster.at("name").get<std::string>();
  require(name == "gbtree" || name == "dart", ErrorCode::unsupported, "booster \"", name,
          "\" is not supported; known are gbtree and dart");
  const bool drops = name == "dart";
  const json& model = drops ? booster.at("gbtree").at("model") : booster.at("model");
  std::vector<FloatTree> trees;
  for (const learn::XgboostTree& source : learn::xgboost_trees(model)) {
    const std::size_t at = trees.size();
    require_plain(model.at("trees").at(at));
    const double weight = drops ? number_from(booster.at("weight_drop").at(at)) : 1.0;
    trees.push_back(tree_from(source, weight));
    trees.back().first_output = outputs == 1 ? 0 : source.output;
  }
  return trees;
}

struct Shape {
  std::size_t outputs = 1;
  learn::TreeLink link = learn::TreeLink::identity;
};

Shape shape_for(const Objective& objective, const json& parameters,
                const learn::Dataset& calibration) {
  const std::size_t classes = count_from(parameters, "num_class");
  const std::size_t targets = std::max<std::size_t>(1, count_from(parameters, "num_target"));
  const bool classifies = calibration.task == learn::Task::classification;
  require(classifies == objective.classifies, ErrorCode::mismatch, "the model is a ",
          objective.classifies ? "classification" : "regression", ", the calibration data is a ",
          classifies ? "classification" : "regression");
  if (!classifies) {
    const auto known = static_cast<std::size_t>(calibration.targets.cols());
    require(targets == known, ErrorCode::mismatch, "the model has ", targets,
            " targets, the calibration data ", known);
    return {.outputs = targets, .link = learn::TreeLink::identity};
  }
  require(targets == 1, ErrorCode::unsupported, "the model has ", targets,
          " sets of labels; one is supported");
  const std::size_t expected = classes == 0 ? 2 : classes;
  require(calibration.classes.size() == expected, ErrorCode::mismatch, "the model has ", expected,
          " classes, the calibration data ", calibration.classes.size());
  if (classes == 0) return {.outputs = 1, .link = learn::TreeLink::sign};
  return {.outputs = classes, .link = learn::TreeLink::argmax};
}

/// What the sums of the leaves begin at: one number per output, or one for all.
std::vector<double> base_scores(const json& value, const Objective& objective,
                                std::size_t outputs) {
  std::vector<double> bases = numbers_from(value);
  if (bases.size() == 1) bases.resize(outputs, bases.front());
  require(bases.size() == outputs, ErrorCode::mismatch, "base_score has ", bases.size(),
          " numbers, expected 1 or ", outputs);
  if (!objective.logistic_base) return bases;
  for (double& base : bases) {
    require(0.0 < base && base < 1.0, ErrorCode::invalid_argument, "base_score is ", base,
            ", expected a probability");
    base = std::log(base / (1.0 - base));
  }
  return bases;
}

ImportedModel model_from(const json& root, const learn::Dataset& calibration, ImportBits bits) {
  const json& learner = root.at("learner");
  const json& parameters = learner.at("learner_model_param");
  const std::size_t features = count_from(parameters, "num_feature");
  require(features == calibration.columns(), ErrorCode::mismatch, "the model reads ", features,
          " features, the calibration data has ", calibration.columns());
  const Objective objective =
      objective_named(learner.at("objective").at("name").get<std::string>());
  const Shape shape = shape_for(objective, parameters, calibration);
  return {tree_model(trees_from(learner.at("gradient_booster"), shape.outputs),
                     base_scores(parameters.at("base_score"), objective, shape.outputs), shape.link,
                     calibration, bits, objective.classifies ? "XGBClassifier" : "XGBRegressor"),
          {"TreeEnsemble"}};
}

/// JSON if the second character that counts could begin a key, else UBJSON.
json parse(const std::vector<std::uint8_t>& content) {
  const auto second = content.size() > 1 ? content[1] : std::uint8_t{0};
  const bool is_text = second == '"' || second == ' ' || second == '\n' || second == '\r' ||
                       second == '\t' || second == '}';
  return is_text ? json::parse(content) : json::from_ubjson(content);
}

}  // namespace

ImportedModel import_xgboost(const std::filesystem::path& path, const learn::Dataset& calibration,
                             ImportBits bits) {
  try {
    return model_from(parse(read_bytes(path)), calibration, bits);
  } catch (const json::exception& problem) {
    throw Error(ErrorCode::invalid_argument,
                concat(path.string(),
                       ": is not a model that XGBoost saved as JSON or UBJSON: ", problem.what()));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found || error.code() == ErrorCode::io) throw;
    throw Error(error.code(), concat(path.string(), ": ", error.what()), error.subject());
  }
}

}  // namespace basalt::io
