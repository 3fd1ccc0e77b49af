#include "compile/tree_parts.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "base/error.hpp"

namespace basalt::compile {
namespace {

using Eigen::Index;
using ir::Integer;
using Values = Vector<Integer>;
using Node = std::size_t;

constexpr std::int64_t no_low = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t no_high = std::numeric_limits<std::int64_t>::max();
/// Larger groups of nodes are not tried: their number grows with the size as Catalan's numbers.
constexpr std::size_t most_nodes = 8;

/// Values that a feature may have on a path: low <= x < high.
struct Interval {
  std::int64_t low = no_low, high = no_high;
};
using Path = std::map<std::int32_t, Interval>;

/// A copy of a tree without what no row can tell: sides that the path excludes, and comparisons
/// whose sides give the same.
class Pruner {
 public:
  explicit Pruner(const learn::Tree& tree) : tree_(tree) {}

  learn::Tree run() {
    copy(0, {});
    pruned_.value.resize(static_cast<Index>(origin_.size()), tree_.value.cols());
    for (std::size_t node = 0; node < origin_.size(); ++node) {
      pruned_.value.row(static_cast<Index>(node)) =
          tree_.value.row(static_cast<Index>(origin_[node]));
    }
    return std::move(pruned_);
  }

 private:
  std::int32_t copy(Node from, const Path& path) {
    if (tree_.is_leaf(from)) return add(from);
    const std::int32_t feature = tree_.feature[from];
    const std::int64_t threshold = tree_.threshold[from];
    Path left = path, right = path;
    left[feature].high = std::min(left[feature].high, threshold);
    right[feature].low = std::max(right[feature].low, threshold);
    const auto left_child = static_cast<Node>(tree_.left[from]);
    const auto right_child = static_cast<Node>(tree_.right[from]);
    if (left[feature].low >= left[feature].high) return copy(right_child, path);
    if (right[feature].low >= right[feature].high) return copy(left_child, path);
    const auto node = static_cast<Node>(add(from));
    const std::int32_t left_copy = copy(left_child, left), right_copy = copy(right_child, right);
    pruned_.left[node] = left_copy;
    pruned_.right[node] = right_copy;
    if (same_leaf(left_copy, right_copy)) shrink_to(node, origin_[static_cast<Node>(left_copy)]);
    return static_cast<std::int32_t>(node);
  }

  bool same_leaf(std::int32_t left, std::int32_t right) const {
    const auto a = static_cast<Node>(left), b = static_cast<Node>(right);
    return pruned_.is_leaf(a) && pruned_.is_leaf(b) &&
           tree_.value.row(static_cast<Index>(origin_[a])) ==
               tree_.value.row(static_cast<Index>(origin_[b]));
  }

  std::int32_t add(Node from) {
    pruned_.feature.push_back(tree_.feature[from]);
    pruned_.threshold.push_back(tree_.threshold[from]);
    pruned_.left.push_back(-1);
    pruned_.right.push_back(-1);
    origin_.push_back(from);
    return static_cast<std::int32_t>(origin_.size() - 1);
  }

  /// Makes the node a leaf, the last of the copy.
  void shrink_to(Node node, Node from) {
    for (auto* column : {&pruned_.feature, &pruned_.left, &pruned_.right}) {
      column->resize(node + 1);
      column->back() = -1;
    }
    pruned_.threshold.resize(node + 1);
    origin_.resize(node + 1);
    origin_[node] = from;
  }

  const learn::Tree& tree_;
  learn::Tree pruned_;
  std::vector<Node> origin_;  ///< Node of the tree whose value a node of the copy has.
};

/// How the nodes below an entry are covered, as chosen by the search.
struct Cover {
  enum class Form { staircase, digits, conjunction };
  Form form = Form::digits;
  std::vector<Node> nodes;  ///< Of the part; the entry first.
  bool is_right = false;    ///< Conjunction: the side whose condition is taken.
  std::size_t tables = 0;   ///< Of the whole subtree.
};

class Cutter {
 public:
  Cutter(const learn::Tree& tree, Integer most_entries)
      : tree_(tree),
        most_entries_(most_entries),
        paths_(tree.nodes()),
        covers_(tree.nodes()),
        base_(tree.nodes()) {
    trace(0, {});
  }

  /// No value if some path has more conditions than a table can count.
  std::optional<TreeParts> run() {
    TreeParts parts;
    const Index values = tree_.value.cols();
    parts.step_weights.resize(values, 0);
    if (!tree_.is_leaf(0)) {
      search(0);
      if (!fits_) return std::nullopt;
      emit(0, parts);
    }
    const Values constant = entry_value(0);
    parts.constant.assign(constant.begin(), constant.end());
    return parts;
  }

 private:
  Node child(Node node, bool is_right) const {
    return static_cast<Node>(is_right ? tree_.right[node] : tree_.left[node]);
  }

  /// The path to one side of a node.
  Path narrowed(Node node, bool is_right) const {
    Path path = paths_[node];
    Interval& interval = path[tree_.feature[node]];
    const std::int64_t threshold = tree_.threshold[node];
    if (is_right) {
      interval.low = std::max(interval.low, threshold);
    } else {
      interval.high = std::min(interval.high, threshold);
    }
    return path;
  }

  void trace(Node node, Path path) {
    paths_[node] = std::move(path);
    if (tree_.is_leaf(node)) return;
    for (const bool is_right : {false, true})
      trace(child(node, is_right), narrowed(node, is_right));
  }

  // ---- Search: the cover of fewest tables, entry by entry ----

  std::size_t search(Node entry) {
    if (tree_.is_leaf(entry)) return 0;
    if (covers_[entry]) return covers_[entry]->tables;
    Cover best;
    best.tables = std::numeric_limits<std::size_t>::max();
    // Step 4 of tree_parts.hpp: the three forms, each with the best covers of its exits.
    if (paths_[entry].empty()) consider(staircase(entry), 0, best);
    for (const bool is_right : {false, true}) {
      const auto entries = static_cast<Integer>(narrowed(entry, is_right).size()) + 1;
      if (entries > most_entries_) continue;
      consider({Cover::Form::conjunction, {entry}, is_right}, 1, best);
    }
    grow({entry}, {child(entry, false), child(entry, true)}, best);
    if (best.nodes.empty()) {
      fits_ = false;
      best.tables = 0;
    }
    covers_[entry] = best;
    return best.tables;
  }

  void consider(Cover cover, std::size_t own, Cover& best) {
    std::size_t tables = own;
    for (const Node exit : exits_of(cover.nodes)) tables += search(exit);
    if (tables >= best.tables) return;
    best = std::move(cover);
    best.tables = tables;
  }

  /// All nodes on the root's feature that hang together.
  Cover staircase(Node entry) const {
    std::vector<Node> nodes = {entry};
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      for (const bool is_right : {false, true}) {
        const Node next = child(nodes[i], is_right);
        if (tree_.feature[next] == tree_.feature[entry]) nodes.push_back(next);
      }
    }
    return {Cover::Form::staircase, nodes};
  }

  /// Tries every group of nodes that hangs together below the entry and fits the table: the last
  /// open node is left out first, then taken in with its children, so that each group is met once.
  void grow(std::vector<Node> nodes, std::vector<Node> open, Cover& best) {
    if (digits_of(nodes).entries > most_entries_) return;
    while (!open.empty() && tree_.is_leaf(open.back())) open.pop_back();
    if (open.empty() || nodes.size() == most_nodes) {
      consider({Cover::Form::digits, nodes}, 1, best);
      return;
    }
    const Node next = open.back();
    open.pop_back();
    grow(nodes, open, best);
    nodes.push_back(next);
    open.push_back(child(next, false));
    open.push_back(child(next, true));
    grow(std::move(nodes), std::move(open), best);
  }

  std::vector<Node> exits_of(const std::vector<Node>& nodes) const {
    std::vector<Node> exits;
    for (const Node node : nodes) {
      for (const bool is_right : {false, true}) {
        const Node next = child(node, is_right);
        if (std::ranges::count(nodes, next) == 0) exits.push_back(next);
      }
    }
    return exits;
  }

  // ---- Digits: the thresholds of a part's own features, and the count of the others ----

  struct Digits {
    std::map<std::int32_t, std::vector<std::int64_t>> thresholds;  ///< Ascending.
    Path gate;            ///< Path conditions on other features.
    Integer active = 1;   ///< Sums of digits.
    Integer entries = 1;  ///< All sums.
  };

  Digits digits_of(const std::vector<Node>& nodes) const {
    std::map<std::int32_t, std::set<std::int64_t>> thresholds;
    for (const Node node : nodes) thresholds[tree_.feature[node]].insert(tree_.threshold[node]);
    Digits digits;
    for (const auto& [feature, interval] : paths_[nodes.front()]) {
      const auto own = thresholds.find(feature);
      if (own == thresholds.end()) {
        digits.gate[feature] = interval;
        continue;
      }
      if (interval.low != no_low) own->second.insert(interval.low);
      if (interval.high != no_high) own->second.insert(interval.high);
    }
    for (const auto& [feature, list] : thresholds) {
      digits.thresholds[feature].assign(list.begin(), list.end());
      digits.active *= static_cast<Integer>(list.size()) + 1;
    }
    digits.entries = digits.active * (static_cast<Integer>(digits.gate.size()) + 1);
    return digits;
  }

  // ---- Emission: tables, weights and constants ----

  /// What a node gives where its path is taken, before its own part adds to it.
  Values entry_value(Node node) const {
    if (tree_.is_leaf(node)) return tree_.value.row(static_cast<Index>(node)).transpose();
    return *base_[node];
  }

  void emit(Node entry, TreeParts& parts) {
    const Cover& cover = *covers_[entry];
    // Exits first: their bases are values of this part's table.
    for (const Node exit : exits_of(cover.nodes)) {
      if (!tree_.is_leaf(exit)) emit(exit, parts);
    }
    switch (cover.form) {
      case Cover::Form::staircase:
        return emit_staircase(cover, parts);
      case Cover::Form::conjunction:
        return emit_conjunction(cover, parts);
      case Cover::Form::digits:
        return emit_digits(cover, parts);
    }
  }

  /// The exit that a row with these features takes from a part.
  Node exit_at(const std::vector<Node>& nodes,
               const std::map<std::int32_t, std::int64_t>& row) const {
    Node node = nodes.front();
    while (std::ranges::count(nodes, node) > 0) {
      node = child(node, row.at(tree_.feature[node]) >= tree_.threshold[node]);
    }
    return node;
  }

  void emit_staircase(const Cover& cover, TreeParts& parts) {
    const Node entry = cover.nodes.front();
    const auto [feature, thresholds] = *digits_of(cover.nodes).thresholds.begin();
    Values before = entry_value(exit_at(cover.nodes, {{feature, no_low}}));
    base_[entry] = before;
    for (const std::int64_t threshold : thresholds) {
      const Values after = entry_value(exit_at(cover.nodes, {{feature, threshold}}));
      parts.steps.push_back({feature, threshold});
      parts.step_weights.conservativeResize(Eigen::NoChange, parts.step_weights.cols() + 1);
      parts.step_weights.rightCols(1) = after - before;
      before = after;
    }
  }

  /// Adds the bit "x is in the interval" with a weight.
  static void add_inside(TreePart& part, std::int32_t feature, Interval interval, Integer weight) {
    if (interval.low == no_low) {
      part.bias += weight;
    } else {
      part.index.push_back({{feature, interval.low}, weight});
    }
    if (interval.high != no_high) part.index.push_back({{feature, interval.high}, -weight});
  }

  void add_part(TreePart part, TreeParts& parts) const {
    if ((part.table.array() != 0).any()) parts.parts.push_back(std::move(part));
  }

  void emit_conjunction(const Cover& cover, TreeParts& parts) {
    const Node entry = cover.nodes.front();
    const Values rest = entry_value(child(entry, !cover.is_right));
    base_[entry] = rest;
    const Path path = narrowed(entry, cover.is_right);
    TreePart part;
    for (const auto& [feature, interval] : path) add_inside(part, feature, interval, 1);
    part.table.setZero(rest.size(), static_cast<Index>(path.size()) + 1);
    part.table.rightCols(1) = entry_value(child(entry, cover.is_right)) - rest;
    add_part(std::move(part), parts);
  }

  void emit_digits(const Cover& cover, TreeParts& parts) {
    const Node entry = cover.nodes.front();
    const Digits digits = digits_of(cover.nodes);
    TreePart part;
    for (const auto& [feature, interval] : digits.gate) {
      add_inside(part, feature, interval, digits.active);
    }
    Integer stride = 1;
    for (const auto& [feature, thresholds] : digits.thresholds) {
      for (const std::int64_t threshold : thresholds) {
        part.index.push_back({{feature, threshold}, stride});
      }
      stride *= static_cast<Integer>(thresholds.size()) + 1;
    }
    // Any exit may be the base. Digits that the path excludes keep 0: no row has them here.
    base_[entry] = entry_value(exits_of(cover.nodes).front());
    part.table.setZero(base_[entry]->size(), digits.entries);
    for (Integer at = 0; at < digits.active; ++at) {
      const auto row = row_at(digits, at);
      if (!on_path(entry, row)) continue;
      part.table.col(digits.entries - digits.active + at) =
          entry_value(exit_at(cover.nodes, row)) - *base_[entry];
    }
    add_part(std::move(part), parts);
  }

  /// A row whose digits are those of `at`.
  static std::map<std::int32_t, std::int64_t> row_at(const Digits& digits, Integer at) {
    std::map<std::int32_t, std::int64_t> row;
    for (const auto& [feature, thresholds] : digits.thresholds) {
      const auto radix = static_cast<Integer>(thresholds.size()) + 1;
      const auto digit = static_cast<std::size_t>(at % radix);
      row[feature] = digit == 0 ? no_low : thresholds[digit - 1];
      at /= radix;
    }
    return row;
  }

  /// Whether the features of a part obey the path to it.
  bool on_path(Node entry, const std::map<std::int32_t, std::int64_t>& row) const {
    return std::ranges::all_of(row, [&](const auto& item) {
      const auto found = paths_[entry].find(item.first);
      if (found == paths_[entry].end()) return true;
      return found->second.low <= item.second && item.second < found->second.high;
    });
  }

  const learn::Tree& tree_;
  const Integer most_entries_;
  std::vector<Path> paths_;
  std::vector<std::optional<Cover>> covers_;
  std::vector<std::optional<Values>> base_;
  bool fits_ = true;  ///< Every path so far fits a table.
};

}  // namespace

std::optional<TreeParts> cut_tree(const learn::Tree& tree, ir::Integer most_entries) {
  require(most_entries >= 2, ErrorCode::invalid_argument, "trees: tables of ", most_entries,
          " entries, expected at least 2");
  const learn::Tree pruned = Pruner(tree).run();
  return Cutter(pruned, most_entries).run();
}

}  // namespace basalt::compile
