// What importers of foreign models share: trees on real thresholds become trees on integers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "learn/data/dataset.hpp"
#include "learn/model/model.hpp"
#include "learn/model/tree_ensemble.hpp"

namespace basalt::io {

/// A model made from a foreign file, and the operators that were found in it.
struct ImportedModel {
  learn::Model model;
  std::vector<std::string> operators;
};

/// Bits that an imported model is quantized to.
struct ImportBits {
  Bits inputs{12}, values{8};  ///< Features; weights or leaves.
};

/// One node of a tree on real features.
struct RealNode {
  std::int32_t feature = -1;  ///< -1: a leaf.
  double threshold = 0.0;
  bool equal_goes_left = false;  ///< Whether a feature equal to the threshold goes left.
  std::size_t left = 0, right = 0;
  std::vector<double> value;  ///< Of a leaf, one per value of the tree.
};

/// A tree on real features; node 0 is the root.
struct FloatTree {
  std::vector<RealNode> nodes;
  std::int32_t first_output = 0;
  std::size_t values = 1;
};

/// The tree on quantized features. Each comparison moves to the nearest step of its feature's grid
/// that keeps grid points on their side; comparisons that no grid point can fail or pass fall away.
/// Errors: invalid_argument if a node's child or feature does not exist, a child is reached twice
/// or a leaf has another number of values.
learn::RealTree on_grid(const FloatTree& tree, const std::vector<quant::Quantizer>& features);

/// A model of trees: features quantized over `calibration`, leaves as learn::set_trees does.
/// `offset`: one per output, added to the sums of the leaves.
/// Errors: mismatch if the trees read a feature that the calibration data lacks, or the outputs do
/// not fit its classes.
learn::Model tree_model(const std::vector<FloatTree>& trees, std::vector<double> offset,
                        learn::TreeLink link, const learn::Dataset& calibration, ImportBits bits,
                        const std::string& estimator);

/// A model with the shared fields of `calibration` and no family yet.
learn::Model blank_model(const learn::Dataset& calibration, const std::string& estimator);

}  // namespace basalt::io
