// Operators of ONNX's machine-learning domain: tree ensembles and linear models.
#pragma once

#include "io/import/imported_model.hpp"
#include "io/import/onnx_graph.hpp"

namespace basalt::io {

/// Position in `classes` of each class of a classifier node.
/// Errors: mismatch if the node names other classes.
std::vector<std::size_t> class_positions(const OnnxNode& node,
                                         const std::vector<std::string>& classes);

/// The model of a TreeEnsembleClassifier or TreeEnsembleRegressor.
/// Errors: invalid_argument if its arrays contradict each other; unsupported for equality tests;
/// mismatch if classes or features do not fit.
learn::Model onnx_tree_model(const OnnxNode& node, const learn::Dataset& calibration,
                             ImportBits bits);

/// The model of a LinearClassifier or LinearRegressor. Errors: likewise.
learn::Model onnx_linear_model(const OnnxNode& node, const learn::Dataset& calibration,
                               ImportBits bits);

/// A linear model from scores = coefficients x features + intercepts; one score of two classes or
/// one per class. Errors: mismatch if the shapes do not fit the data.
learn::Model affine_model(const Matrix<double>& coefficients, const Vector<double>& intercepts,
                          const learn::Dataset& calibration, ImportBits bits);

}  // namespace basalt::io
