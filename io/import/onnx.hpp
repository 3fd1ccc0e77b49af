// ONNX models: scikit-learn's trees and linear models, and float networks of dense layers.
#pragma once

#include <filesystem>

#include "io/import/imported_model.hpp"
#include "learn/float/post_training.hpp"

namespace basalt::io {

/// Reads a model and quantizes it over `calibration`, which also names the classes: networks by
/// `network_bits`, the others by `bits`.
///
/// A chain of these operators, from one input: Scaler, Sub and Div by constants in front;
/// TreeEnsembleClassifier, TreeEnsembleRegressor, LinearClassifier, LinearRegressor; or Gemm and
/// MatMul with Add, with Relu, Sigmoid, Tanh, LeakyRelu, Elu, Softplus between; Softmax, Sigmoid,
/// ArgMax and the like at the end. Others are named in the error.
/// Errors: not_found, io; invalid_argument, naming the file, if it is no such model; unsupported,
/// naming the operator; mismatch if features, classes or task do not fit the calibration data.
ImportedModel import_onnx(const std::filesystem::path& path, const learn::Dataset& calibration,
                          ImportBits bits = {}, const learn::PostTrainingBits& network_bits = {});

}  // namespace basalt::io
