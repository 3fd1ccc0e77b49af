#include "learn/model/sparse_quant_neural_network.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "learn/model/float_product.hpp"

namespace basalt::learn {
namespace {

/// Integers up to this magnitude are exact in single precision.
constexpr double exact_in_float = 16777216.0;

/// x times w^T. In single precision, every partial sum of which is exact, where that is certain.
Matrix<std::int64_t> integer_product(const Matrix<std::int64_t>& x, const Matrix<std::int32_t>& w) {
  if (x.rows() == 0 || w.size() == 0) {
    return Matrix<std::int64_t>::Zero(x.rows(), w.rows());
  }
  const double longest = w.cast<double>().cwiseAbs().rowwise().sum().maxCoeff();
  const double largest = x.cast<double>().cwiseAbs().maxCoeff();
  if (longest * std::max(1.0, largest) < exact_in_float) {
    FloatMatrix product;
    multiply_transposed(x.cast<float>(), w.cast<float>(), product);
    return product.cast<std::int64_t>();
  }
  return x * w.cast<std::int64_t>().transpose();
}

std::int64_t looked_up(const QuantLayer& layer, std::size_t neuron, std::int64_t sum) {
  const std::int64_t size = std::int64_t{1} << layer.bits.value;
  const int truncated_bits = layer.truncated_bits.value;
  std::int64_t index = truncated_bits > 0
                           ? (sum + (std::int64_t{1} << (truncated_bits - 1))) >> truncated_bits
                           : sum;
  if (layer.wraps) index &= size - 1;
  require(index >= 0 && index < size, ErrorCode::internal, "neural network: neuron ", neuron,
          " reads entry ", index, " of a table of ", size);
  return layer.tables(static_cast<Eigen::Index>(layer.table_of[neuron]),
                      static_cast<Eigen::Index>(index));
}

}  // namespace

Matrix<std::int64_t> through(const QuantLayer& layer, const Matrix<std::int64_t>& inputs) {
  Matrix<std::int64_t> values = integer_product(inputs, layer.weights);
  for (Eigen::Index row = 0; row < values.rows(); ++row) {
    for (std::size_t neuron = 0; neuron < layer.neurons(); ++neuron) {
      std::int64_t& value = values(row, static_cast<Eigen::Index>(neuron));
      value = looked_up(layer, neuron, value + layer.bias[neuron]);
    }
  }
  return values;
}

std::size_t SparseQuantNeuralNetwork::bootstraps() const noexcept {
  std::size_t count = 0;
  for (const QuantLayer& layer : layers) count += layer.neurons();
  return count;
}

std::vector<Matrix<std::int64_t>> SparseQuantNeuralNetwork::forward_all(
    const Matrix<std::int64_t>& inputs_of_rows) const {
  require(inputs_of_rows.cols() == static_cast<Eigen::Index>(inputs()), ErrorCode::mismatch,
          "neural network: rows of ", inputs_of_rows.cols(), " integers, expected ", inputs());
  std::vector<Matrix<std::int64_t>> values;
  for (const QuantLayer& layer : layers) {
    values.push_back(through(layer, values.empty() ? inputs_of_rows : values.back()));
  }
  Matrix<std::int64_t> outputs_of_rows =
      Matrix<std::int64_t>::Zero(inputs_of_rows.rows(), static_cast<Eigen::Index>(outputs()));
  if (!values.empty()) outputs_of_rows += integer_product(values.back(), readout.weights);
  if (readout.skip.cols() > 0) outputs_of_rows += integer_product(inputs_of_rows, readout.skip);
  values.push_back(std::move(outputs_of_rows));
  return values;
}

Matrix<std::int64_t> SparseQuantNeuralNetwork::forward(
    const Matrix<std::int64_t>& inputs_of_rows) const {
  return forward_all(inputs_of_rows).back();
}

Matrix<double> SparseQuantNeuralNetwork::scores(const Matrix<double>& standardized) const {
  return integer_scores(quantize(standardized));
}

Matrix<double> SparseQuantNeuralNetwork::integer_scores(
    const Matrix<std::int64_t>& inputs_of_rows) const {
  const Matrix<std::int64_t> integers = forward(inputs_of_rows);
  Matrix<double> real(integers.rows(), integers.cols());
  for (Eigen::Index row = 0; row < real.rows(); ++row) {
    for (Eigen::Index c = 0; c < real.cols(); ++c) {
      const auto output = static_cast<std::size_t>(c);
      real(row, c) =
          readout.scale[output] * static_cast<double>(integers(row, c)) + readout.offset[output];
    }
  }
  return real;
}

}  // namespace basalt::learn
