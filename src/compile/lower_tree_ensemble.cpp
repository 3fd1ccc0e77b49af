// Lowers a tree ensemble: comparison bits, one table per part of a tree, and a sum.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "compile/lower.hpp"
#include "compile/tree_parts.hpp"

namespace basalt::compile {
namespace {

using Eigen::Index;
using ir::Integer;

/// Prices of one wrapping table of 2 to 7 bits relative to each other, as the parameter sets that
/// serve them cost. A table of b bits has 2^(b-1) + 1 free entries: the last one mirrors the first.
struct TablePrice {
  int bits;
  double price;
};
constexpr TablePrice table_prices[] = {{2, 1.6}, {3, 1.9}, {4, 2.3}, {5, 3.0}, {6, 4.0}, {7, 23.0}};

/// All trees cut for tables of one size.
struct Cut {
  Bits bits{0};
  std::vector<TreeParts> trees;
  std::size_t tables = 0;
};

/// No value if some path does not fit.
std::optional<Cut> cut_all(const learn::TreeEnsemble& ensemble, Bits bits) {
  Cut cut{bits, {}, 0};
  for (const learn::Tree& tree : ensemble.trees) {
    std::optional<TreeParts> parts = cut_tree(tree, (Integer{1} << (bits.value - 1)) + 1);
    if (!parts) return std::nullopt;
    cut.trees.push_back(*std::move(parts));
    for (const TreePart& part : cut.trees.back().parts) {
      cut.tables += static_cast<std::size_t>((part.table.array() != 0).rowwise().any().count());
    }
  }
  return cut;
}

/// The cheapest cut. Sizes in which some path does not fit are left out.
Cut best_cut(const learn::TreeEnsemble& ensemble) {
  std::optional<Cut> best;
  double best_price = 0.0;
  for (const TablePrice& size : table_prices) {
    std::optional<Cut> cut = cut_all(ensemble, Bits{size.bits});
    if (!cut) continue;
    const double price = static_cast<double>(cut->tables) * size.price;
    if (best && price >= best_price) continue;
    best = std::move(cut);
    best_price = price;
  }
  require(best.has_value(), ErrorCode::unsupported,
          "trees: a path has conditions on more features than a table can count; lower max_depth");
  return *best;
}

/// Positions of the comparisons that are used.
using Positions = std::map<Comparison, Index>;

Positions positions_of(const Cut& cut) {
  Positions positions;
  for (const TreeParts& tree : cut.trees) {
    for (const Comparison& step : tree.steps) positions[step] = 0;
    for (const TreePart& part : tree.parts) {
      for (const WeightedComparison& term : part.index) positions[term.comparison] = 0;
    }
  }
  if (positions.empty()) positions[{0, 1}] = 0;  // trees of one leaf: a circuit needs an input
  Index next = 0;
  for (auto& [comparison, position] : positions) position = next++;
  return positions;
}

/// All levels of the features that are read: which of them are thresholds stays with the server.
void add_levels(const learn::TreeEnsemble& ensemble, Positions& positions) {
  std::set<std::int32_t> features;
  for (const auto& [comparison, position] : positions) features.insert(comparison.feature);
  for (const std::int32_t feature : features) {
    const std::int64_t high = ensemble.features[static_cast<std::size_t>(feature)].spec().high;
    for (std::int64_t level = 1; level <= high; ++level) positions[{feature, level}] = 0;
  }
  Index next = 0;
  for (auto& [comparison, position] : positions) position = next++;
}

/// Bit [x >= threshold] as a quantizer of two values, from the quantizer of the feature.
quant::Quantizer threshold_quantizer(const quant::Quantizer& feature, std::int64_t threshold) {
  quant::QuantizerSpec spec = feature.spec();
  spec.zero_point += 1 - threshold;
  spec.low = 0;
  spec.high = 1;
  return quant::Quantizer(spec);
}

/// The bits are inputs: the client compares before it encrypts.
ir::ValueId compare_at_client(const learn::TreeEnsemble& ensemble, const Positions& positions,
                              Lowered& lowered) {
  for (const auto& [comparison, position] : positions) {
    const auto feature = static_cast<std::uint32_t>(comparison.feature);
    lowered.preprocessing.feature_of.push_back(feature);
    lowered.preprocessing.quantizers.push_back(
        threshold_quantizer(ensemble.features[feature], comparison.threshold));
  }
  lowered.graph.nodes.push_back(
      {"comparisons", ir::Input{.size = positions.size(), .low = 0, .high = 1}});
  return 0;
}

/// The features are inputs; the bits are look-ups, one table per threshold.
ir::ValueId compare_at_server(const learn::TreeEnsemble& ensemble, const Positions& positions,
                              Lowered& lowered) {
  std::map<std::int32_t, Index> features;
  std::map<std::int64_t, std::uint32_t> tables;
  Integer high = 1;
  for (const auto& [comparison, position] : positions) {
    const auto feature = static_cast<std::size_t>(comparison.feature);
    if (features.emplace(comparison.feature, static_cast<Index>(features.size())).second) {
      lowered.preprocessing.feature_of.push_back(static_cast<std::uint32_t>(feature));
      lowered.preprocessing.quantizers.push_back(ensemble.features[feature]);
    }
    tables.emplace(comparison.threshold, static_cast<std::uint32_t>(tables.size()));
    high = std::max(high, ensemble.features[feature].spec().high);
  }
  ir::Lookup lookup;
  lookup.input = 1;
  while ((Integer{1} << lookup.bits.value) <= high) ++lookup.bits.value;
  lookup.tables.setZero(static_cast<Index>(tables.size()), Index{1} << lookup.bits.value);
  for (const auto& [threshold, table] : tables) {
    for (Index x = 0; x < lookup.tables.cols(); ++x) lookup.tables(table, x) = x >= threshold;
  }
  Matrix<Integer> select = Matrix<Integer>::Zero(static_cast<Index>(positions.size()),
                                                 static_cast<Index>(features.size()));
  for (const auto& [comparison, position] : positions) {
    select(position, features.at(comparison.feature)) = 1;
    lookup.table_of.push_back(tables.at(comparison.threshold));
  }
  lowered.graph.nodes = {
      {"features", ir::Input{.size = features.size(), .low = 0, .high = high}},
      {"compared", ir::Linear{.terms = {{0, ir::SparseMatrix::from_dense(select)}},
                              .bias = std::vector<Integer>(positions.size(), 0)}},
      {"comparisons", std::move(lookup)}};
  return 2;
}

/// A wrapping table: the given entries, then what the mirror makes of them.
Eigen::RowVector<Integer, Eigen::Dynamic> wrapping_row(
    const Eigen::RowVector<Integer, Eigen::Dynamic>& entries, Bits bits) {
  // Negacyclic around a constant C: row(m) + row(m + half) = C. Entries 0 to half - 1 are free,
  // entry `half` too, as it fixes C = row(0) + row(half); the others follow.
  const Index half = Index{1} << (bits.value - 1);
  Eigen::RowVector<Integer, Eigen::Dynamic> row =
      Eigen::RowVector<Integer, Eigen::Dynamic>::Zero(2 * half);
  row.head(entries.size()) = entries;
  const Integer constant = entries.size() > half ? row(0) + row(half) : 0;
  for (Index m = 0; m < half; ++m) row(half + m) = constant - row(m);
  return row;
}

/// The layers after the comparisons.
struct Layers {
  Matrix<Integer> conditions;      ///< Shape: [tables x comparisons].
  std::vector<Integer> bias;       ///< Of the conditions.
  Matrix<Integer> tables;          ///< Shape: [tables x 2^bits].
  std::vector<Index> output_of;    ///< Of each table.
  Matrix<Integer> steps;           ///< Shape: [outputs x comparisons].
  std::vector<Integer> constants;  ///< One per output.
};

void add_part(const TreePart& part, Index first_output, Bits bits, const Positions& positions,
              Layers& layers) {
  for (Index value = 0; value < part.table.rows(); ++value) {
    if ((part.table.row(value).array() == 0).all()) continue;
    const auto at = static_cast<Index>(layers.output_of.size());
    for (const WeightedComparison& term : part.index) {
      layers.conditions(at, positions.at(term.comparison)) += term.weight;
    }
    layers.tables.row(at) = wrapping_row(part.table.row(value), bits);
    layers.bias.push_back(part.bias);
    layers.output_of.push_back(first_output + value);
  }
}

Layers layers_of(const learn::TreeEnsemble& ensemble, const Cut& cut, const Positions& positions) {
  const auto tables = static_cast<Index>(cut.tables);
  const auto comparisons = static_cast<Index>(positions.size());
  const auto outputs = static_cast<Index>(ensemble.offset.size());
  Layers layers{.conditions = Matrix<Integer>::Zero(tables, comparisons),
                .bias = {},
                .tables = Matrix<Integer>::Zero(tables, Index{1} << cut.bits.value),
                .output_of = {},
                .steps = Matrix<Integer>::Zero(outputs, comparisons),
                .constants = std::vector<Integer>(ensemble.offset.size(), 0)};
  for (std::size_t t = 0; t < cut.trees.size(); ++t) {
    const TreeParts& tree = cut.trees[t];
    const Index first = ensemble.trees[t].first_output;
    for (std::size_t value = 0; value < tree.constant.size(); ++value) {
      layers.constants[static_cast<std::size_t>(first) + value] += tree.constant[value];
    }
    for (std::size_t step = 0; step < tree.steps.size(); ++step) {
      layers.steps.col(positions.at(tree.steps[step])).segment(first, tree.step_weights.rows()) +=
          tree.step_weights.col(static_cast<Index>(step));
    }
    for (const TreePart& part : tree.parts) add_part(part, first, cut.bits, positions, layers);
  }
  return layers;
}

void append_layers(Layers layers, Bits bits, ir::ValueId comparisons, ir::Graph& graph) {
  ir::Linear sums{.terms = {}, .bias = layers.constants};
  if (!layers.output_of.empty()) {
    const std::size_t tables = layers.output_of.size();
    graph.nodes.push_back(
        {"paths",
         ir::Linear{.terms = {{comparisons, ir::SparseMatrix::from_dense(layers.conditions)}},
                    .bias = layers.bias}});
    ir::Lookup lookup;
    lookup.input = graph.nodes.size() - 1;
    lookup.bits = bits;
    lookup.wraps = true;
    lookup.tables = layers.tables;
    Matrix<Integer> adds = Matrix<Integer>::Zero(layers.steps.rows(), static_cast<Index>(tables));
    for (std::size_t table = 0; table < tables; ++table) {
      lookup.table_of.push_back(static_cast<std::uint32_t>(table));
      adds(layers.output_of[table], static_cast<Index>(table)) = 1;
    }
    graph.nodes.push_back({"leaves", std::move(lookup)});
    sums.terms.push_back({graph.nodes.size() - 1, ir::SparseMatrix::from_dense(adds)});
  }
  if (sums.terms.empty() || (layers.steps.array() != 0).any()) {
    sums.terms.push_back({comparisons, ir::SparseMatrix::from_dense(layers.steps)});
  }
  graph.nodes.push_back({"sums", std::move(sums)});
  graph.nodes.push_back({"output", ir::Output{.input = graph.nodes.size() - 1}});
}

/// The last class of probabilities is the rest of 1; everything else is sent as it is.
ir::Postprocessing postprocessing_of(const learn::TreeEnsemble& ensemble,
                                     const learn::Model& model) {
  const std::size_t outputs = ensemble.offset.size();
  const bool completes = ensemble.link == learn::TreeLink::probability;
  ir::Postprocessing post;
  for (std::size_t k = 0; k < outputs; ++k) post.scale.push_back(ensemble.scale_of(k));
  if (completes) post.scale.push_back(ensemble.scale);
  post.offset = ensemble.offset;
  post.classes = model.classes;
  post.combine = ir::SparseMatrix::identity(outputs);
  switch (ensemble.link) {
    case learn::TreeLink::identity:
      post.link = ir::Link::identity;
      break;
    case learn::TreeLink::sign:
      post.link = ir::Link::sign;
      break;
    case learn::TreeLink::argmax:
      post.link = ir::Link::softmax;
      break;
    case learn::TreeLink::probability:
      post.link = ir::Link::probability;
      break;
  }
  if (!completes) return post;
  Matrix<Integer> combine =
      Matrix<Integer>::Identity(static_cast<Index>(outputs) + 1, static_cast<Index>(outputs));
  combine.bottomRows(1).setConstant(-1);
  post.combine = ir::SparseMatrix::from_dense(combine);
  double rest = 1.0;
  for (const double offset : ensemble.offset) rest -= offset;
  post.offset.push_back(rest);
  return post;
}

}  // namespace

/// A tree is constant + linear steps + tables of parts (tree_parts.hpp), an ensemble the sum of its
/// trees, so the whole model is one layer of tables between two sparse products:
///   bits = comparisons; paths = conditions x bits + bias; leaves = tables(paths);
///   sums = ones x leaves + steps x bits + constants.
/// One bit per different comparison serves all trees.
Lowered lower(const learn::TreeEnsemble& family, const learn::Model& model) {
  const Cut cut = best_cut(family);
  Positions positions = positions_of(cut);
  if (family.comparisons == learn::Comparisons::levels) add_levels(family, positions);
  Lowered lowered;
  lowered.preprocessing = standardization_of(model);
  const ir::ValueId comparisons = family.comparisons == learn::Comparisons::server
                                      ? compare_at_server(family, positions, lowered)
                                      : compare_at_client(family, positions, lowered);
  append_layers(layers_of(family, cut, positions), cut.bits, comparisons, lowered.graph);
  lowered.postprocessing = postprocessing_of(family, model);
  return lowered;
}

}  // namespace basalt::compile
