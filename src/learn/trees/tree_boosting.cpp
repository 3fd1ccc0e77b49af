#include "learn/trees/tree_boosting.hpp"

#include <xgboost/c_api.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "learn/trees/xgboost_trees.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;
using nlohmann::json;

void check(int status) {
  require(status == 0, ErrorCode::invalid_argument, "XGBoost: ", XGBGetLastError());
}

/// The training table inside XGBoost.
class TrainingTable {
 public:
  TrainingTable(const Matrix<std::int64_t>& features, const std::vector<float>& labels) {
    const Matrix<float> values = features.cast<float>();
    check(XGDMatrixCreateFromMat(values.data(), static_cast<bst_ulong>(values.rows()),
                                 static_cast<bst_ulong>(values.cols()), -1.0F, &handle_));
    check(XGDMatrixSetFloatInfo(handle_, "label", labels.data(), labels.size()));
  }
  ~TrainingTable() { XGDMatrixFree(handle_); }
  TrainingTable(const TrainingTable&) = delete;
  TrainingTable& operator=(const TrainingTable&) = delete;
  DMatrixHandle handle() const noexcept { return handle_; }

 private:
  DMatrixHandle handle_ = nullptr;
};

class Booster {
 public:
  explicit Booster(const TrainingTable& table) {
    const DMatrixHandle tables[] = {table.handle()};
    check(XGBoosterCreate(tables, 1, &handle_));
  }
  ~Booster() { XGBoosterFree(handle_); }
  Booster(const Booster&) = delete;
  Booster& operator=(const Booster&) = delete;

  void set(const std::string& name, const std::string& value) {
    check(XGBoosterSetParam(handle_, name.c_str(), value.c_str()));
  }
  void update(int round, const TrainingTable& table) {
    check(XGBoosterUpdateOneIter(handle_, round, table.handle()));
  }
  std::string model() const {
    bst_ulong size = 0;
    const char* text = nullptr;
    check(XGBoosterSaveModelToBuffer(handle_, R"({"format": "json"})", &size, &text));
    return {text, size};
  }

 private:
  BoosterHandle handle_ = nullptr;
};

/// Copies the nodes below `from`, parents first; removed nodes of XGBoost's arrays fall away.
std::int32_t copy_node(const XgboostTree& source, std::size_t from, Tree& tree,
                       std::vector<double>& values) {
  require(from < source.nodes(), ErrorCode::corrupt, "XGBoost model: a tree of ", source.nodes(),
          " nodes names node ", from);
  const auto node = static_cast<std::int32_t>(tree.nodes());
  const auto at = static_cast<std::size_t>(node);
  const bool is_leaf = source.is_leaf(from);
  const double condition = source.condition[from];
  tree.left.push_back(-1);
  tree.right.push_back(-1);
  tree.feature.push_back(is_leaf ? -1 : source.feature[from]);
  // XGBoost goes left where x < condition; x is an integer.
  tree.threshold.push_back(is_leaf ? 0 : static_cast<std::int64_t>(std::ceil(condition)));
  values.push_back(is_leaf ? condition : 0.0);
  if (is_leaf) return node;
  const auto left = static_cast<std::size_t>(source.left[from]);
  const auto right = static_cast<std::size_t>(source.right[from]);
  const std::int32_t left_copy = copy_node(source, left, tree, values);
  const std::int32_t right_copy = copy_node(source, right, tree, values);
  tree.left[at] = left_copy;
  tree.right[at] = right_copy;
  return node;
}

}  // namespace

std::vector<RealTree> trees_from_json(const std::string& document) {
  std::vector<RealTree> trees;
  try {
    const json root = json::parse(document);
    const json& model = root.at("learner").at("gradient_booster").at("model");
    for (const XgboostTree& source : xgboost_trees(model)) {
      RealTree tree;
      std::vector<double> values;
      copy_node(source, 0, tree.shape, values);
      tree.shape.first_output = source.output;
      tree.value = Eigen::Map<Matrix<double>>(values.data(), static_cast<Index>(values.size()), 1);
      trees.push_back(std::move(tree));
    }
  } catch (const json::exception& problem) {
    throw Error(ErrorCode::corrupt, concat("XGBoost model: ", problem.what()));
  }
  return trees;
}

std::vector<RealTree> boost_trees(const Matrix<std::int64_t>& features,
                                  const std::vector<float>& labels, const BoostingSpec& spec) {
  const TrainingTable table(features, labels);
  Booster booster(table);
  booster.set("verbosity", "0");
  booster.set("nthread", "1");
  booster.set("tree_method", "exact");
  for (const auto& [name, value] : spec.parameters) booster.set(name, value);
  for (int round = 0; round < spec.rounds; ++round) booster.update(round, table);
  return trees_from_json(booster.model());
}

}  // namespace basalt::learn
