// An ONNX file as plain data: nodes in order, constants as real numbers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/matrix.hpp"

namespace basalt::io {

struct OnnxTensor {
  std::vector<std::int64_t> extents;
  std::vector<double> values;  ///< Row-major.

  /// Errors: invalid_argument unless it has at most 2 dimensions. A vector is one row.
  Matrix<double> matrix() const;
};

/// An attribute: whichever of the lists its type fills; single values are lists of one.
struct OnnxAttribute {
  std::vector<double> numbers;
  std::vector<std::string> texts;
};

struct OnnxNode {
  std::string operation, name;
  std::vector<std::string> inputs, outputs;
  std::map<std::string, OnnxAttribute> attributes;

  /// The numbers or texts of an attribute; empty if it is absent.
  const std::vector<double>& numbers(const std::string& attribute) const;
  const std::vector<std::string>& texts(const std::string& attribute) const;
  double number(const std::string& attribute, double fallback) const;
  std::string text(const std::string& attribute, const std::string& fallback) const;
  /// Errors: invalid_argument if a value is no whole number.
  std::vector<std::int64_t> integers(const std::string& attribute) const;
};

struct OnnxGraph {
  std::vector<OnnxNode> nodes;  ///< In the order of the file, which is topological.
  std::map<std::string, OnnxTensor> constants;
  std::vector<std::string> inputs;  ///< Without constants.
};

/// Reads a model. Errors: not_found, io; invalid_argument, naming the file, if it is no ONNX model
/// or a tensor's size does not fit its shape; unsupported for tensors stored in other files.
OnnxGraph read_onnx(const std::filesystem::path& path);

}  // namespace basalt::io
