#include "learn/trees/xgboost_trees.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace basalt::learn {

std::vector<XgboostTree> xgboost_trees(const nlohmann::json& model) {
  const nlohmann::json& outputs = model.at("tree_info");
  std::vector<XgboostTree> trees;
  for (const nlohmann::json& source : model.at("trees")) {
    XgboostTree tree;
    source.at("left_children").get_to(tree.left);
    source.at("right_children").get_to(tree.right);
    source.at("split_indices").get_to(tree.feature);
    source.at("split_conditions").get_to(tree.condition);
    const std::size_t nodes = tree.nodes();
    require(nodes > 0 && tree.right.size() == nodes && tree.feature.size() == nodes &&
                tree.condition.size() == nodes,
            ErrorCode::invalid_argument, "a tree's arrays differ in length");
    outputs.at(trees.size()).get_to(tree.output);
    trees.push_back(std::move(tree));
  }
  return trees;
}

}  // namespace basalt::learn
