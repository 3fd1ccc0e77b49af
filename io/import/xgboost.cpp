#include "io/import/xgboost.hpp"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "io/file/file.hpp"

namespace basalt::io {
namespace {

using nlohmann::json;

/// Numbers of the file are texts such as "5E-1", in newer versions "[5E-1]".
double number_from(const json& value) {
  if (value.is_number()) return value.get<double>();
  std::string text = value.get<std::string>();
  std::erase_if(text, [](char c) { return c == '[' || c == ']' || c == ' '; });
  double number = 0.0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  require(status == std::errc() && end == text.data() + text.size(), ErrorCode::invalid_argument,
          "\"", text, "\" is not a number");
  return number;
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

FloatTree tree_from(const json& source, std::int32_t output, double weight) {
  const auto left = source.at("left_children").get<std::vector<std::int64_t>>();
  const auto right = source.at("right_children").get<std::vector<std::int64_t>>();
  const auto feature = source.at("split_indices").get<std::vector<std::int64_t>>();
  const auto condition = source.at("split_conditions").get<std::vector<double>>();
  require(!left.empty() && right.size() == left.size() && feature.size() == left.size() &&
              condition.size() == left.size(),
          ErrorCode::invalid_argument, "a tree's arrays differ in length");
  if (const auto types = source.find("split_type"); types != source.end()) {
    for (const json& type : *types) {
      require(type.get<int>() == 0, ErrorCode::unsupported,
              "categorical splits are not supported; encode categories as numbers");
    }
  }
  FloatTree tree;
  tree.first_output = output;
  for (std::size_t i = 0; i < left.size(); ++i) {
    RealNode node;
    if (left[i] < 0) {  // the condition of a leaf is its value
      node.value = {weight * condition[i]};
    } else {
      node = {.feature = static_cast<std::int32_t>(feature[i]),
              .threshold = condition[i],
              .equal_goes_left = false,
              .left = static_cast<std::size_t>(left[i]),
              .right = static_cast<std::size_t>(right[i]),
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
  const json& groups = model.at("tree_info");
  std::vector<FloatTree> trees;
  for (const json& source : model.at("trees")) {
    const std::size_t at = trees.size();
    const double weight = drops ? number_from(booster.at("weight_drop").at(at)) : 1.0;
    const auto group = outputs == 1 ? 0 : groups.at(at).get<std::int32_t>();
    trees.push_back(tree_from(source, group, weight));
  }
  return trees;
}

struct Shape {
  std::size_t outputs = 1;
  learn::TreeLink link = learn::TreeLink::identity;
};

Shape shape_for(const Objective& objective, std::size_t classes,
                const learn::Dataset& calibration) {
  const bool classifies = calibration.task == learn::Task::classification;
  require(classifies == objective.classifies, ErrorCode::mismatch, "the model is a ",
          objective.classifies ? "classification" : "regression", ", the calibration data is a ",
          classifies ? "classification" : "regression");
  if (!classifies) return {};
  const std::size_t expected = classes == 0 ? 2 : classes;
  require(calibration.classes.size() == expected, ErrorCode::mismatch, "the model has ", expected,
          " classes, the calibration data ", calibration.classes.size());
  if (classes == 0) return {.outputs = 1, .link = learn::TreeLink::sign};
  return {.outputs = classes, .link = learn::TreeLink::largest};
}

ImportedModel model_from(const json& root, const learn::Dataset& calibration, ImportBits bits) {
  const json& learner = root.at("learner");
  const json& parameters = learner.at("learner_model_param");
  const auto features = static_cast<std::size_t>(number_from(parameters.at("num_feature")));
  require(features == calibration.columns(), ErrorCode::mismatch, "the model reads ", features,
          " features, the calibration data has ", calibration.columns());
  const Objective objective =
      objective_named(learner.at("objective").at("name").get<std::string>());
  const auto classes = static_cast<std::size_t>(number_from(parameters.at("num_class")));
  const Shape shape = shape_for(objective, classes, calibration);
  double base = number_from(parameters.at("base_score"));
  if (objective.logistic_base) {
    require(0.0 < base && base < 1.0, ErrorCode::invalid_argument, "base_score is ", base,
            ", expected a probability");
    base = std::log(base / (1.0 - base));
  }
  return {tree_model(trees_from(learner.at("gradient_booster"), shape.outputs),
                     std::vector<double>(shape.outputs, base), shape.link, calibration, bits,
                     objective.classifies ? "XGBClassifier" : "XGBRegressor"),
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
                cat(path.string(),
                    ": is not a model that XGBoost saved as JSON or UBJSON: ", problem.what()));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found || error.code() == ErrorCode::io) throw;
    throw Error(error.code(), cat(path.string(), ": ", error.what()), error.subject());
  }
}

}  // namespace basalt::io
