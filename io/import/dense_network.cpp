#include "io/import/dense_network.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.hpp"
#include "learn/tree_ensemble.hpp"

namespace basalt::io {
namespace {

using Eigen::Index;

/// How the integers that enter a layer stand for real numbers: real = scale * integer + origin.
struct Grid {
  Vector<double> scale, origin;
  std::int64_t high = 0;  ///< Integers are in [0, high].
};

/// A layer whose weights are integers: real sum of neuron k = scale[k] * u[k].
struct IntegerLayer {
  Matrix<std::int32_t> weights;
  Vector<double> scale;
  std::vector<std::int64_t> bias;       ///< In steps of the neuron's scale.
  std::vector<double> rest;             ///< Part of the bias that rounding left out.
  std::vector<std::int64_t> low, high;  ///< Exact range of the sum with its bias.
};

void check_layers(const std::vector<RealLayer>& layers, Index features) {
  require(!layers.empty(), ErrorCode::invalid_argument, "network: has no layer");
  Index inputs = features;
  for (const RealLayer& layer : layers) {
    require(layer.weights.cols() == inputs && layer.bias.size() == layer.weights.rows(),
            ErrorCode::mismatch, "network: a layer of ", layer.weights.rows(), " x ",
            layer.weights.cols(), " weights and ", layer.bias.size(), " biases reads ", inputs,
            " values");
    require(layer.weights.allFinite() && layer.bias.allFinite(), ErrorCode::invalid_argument,
            "network: a weight is not finite");
    inputs = layer.weights.rows();
  }
}

Matrix<double> apply(const RealLayer& layer, const Matrix<double>& inputs) {
  Matrix<double> sums = inputs * layer.weights.transpose();
  sums.rowwise() += layer.bias.transpose();
  if (layer.activation) sums = sums.unaryExpr(layer.activation).eval();
  return sums;
}

IntegerLayer to_integers(const RealLayer& layer, const Grid& grid, Bits bits) {
  const double top = std::ldexp(1.0, bits.value - 1) - 1.0;
  const Matrix<double> scaled = layer.weights * grid.scale.asDiagonal();
  const Vector<double> shift = layer.bias + layer.weights * grid.origin;
  IntegerLayer result;
  result.weights.resize(scaled.rows(), scaled.cols());
  result.scale.resize(scaled.rows());
  for (Index k = 0; k < scaled.rows(); ++k) {
    const double widest = scaled.row(k).cwiseAbs().maxCoeff();
    const double step = widest > 0 ? widest / top : 1.0;
    std::int64_t low = 0, high = 0;
    for (Index j = 0; j < scaled.cols(); ++j) {
      const auto weight = static_cast<std::int32_t>(std::nearbyint(scaled(k, j) / step));
      result.weights(k, j) = weight;
      (weight < 0 ? low : high) += weight * grid.high;
    }
    const double bias = std::nearbyint(shift[k] / step);
    require(std::abs(bias) < 0x1p50, ErrorCode::invalid_argument, "network: the bias of neuron ", k,
            " is out of proportion to its weights");
    const auto whole = static_cast<std::int64_t>(bias);
    result.scale[k] = step;
    result.bias.push_back(whole);
    result.rest.push_back(shift[k] - bias * step);
    result.low.push_back(low + whole);
    result.high.push_back(high + whole);
  }
  return result;
}

/// Low bits that no table sees, so that every sum, rounded, fits the table.
int dropped_bits(const IntegerLayer& layer, int table_bits) {
  std::int64_t widest = 0;
  for (std::size_t k = 0; k < layer.low.size(); ++k) {
    widest = std::max(widest, layer.high[k] - layer.low[k]);
  }
  const std::int64_t entries = std::int64_t{1} << table_bits;
  int dropped = 0;
  while (((widest + (std::int64_t{1} << dropped >> 1)) >> dropped) >= entries) ++dropped;
  return dropped;
}

/// The grid of a layer's outputs: one for all neurons, over the range that they take.
Grid grid_of(const Matrix<double>& values, Bits bits) {
  const double low = std::min(0.0, values.minCoeff()), high = values.maxCoeff();
  Grid grid;
  grid.high = (std::int64_t{1} << bits.value) - 1;
  const double step = high > low ? (high - low) / static_cast<double>(grid.high) : 1.0;
  grid.scale = Vector<double>::Constant(values.cols(), step);
  grid.origin = Vector<double>::Constant(values.cols(), low);
  return grid;
}

/// The look-up of each neuron: from its rounded sum to the grid of the outputs.
learn::QuantLayer with_tables(const IntegerLayer& layer, const RealLayer& real, const Grid& outputs,
                              Bits table_bits) {
  learn::QuantLayer result;
  result.weights = layer.weights;
  result.bits = table_bits;
  result.dropped = Bits{dropped_bits(layer, table_bits.value)};
  const Index entries = Index{1} << table_bits.value;
  const auto neurons = static_cast<Index>(layer.low.size());
  result.tables.resize(neurons, entries);
  for (Index k = 0; k < neurons; ++k) {
    const auto at = static_cast<std::size_t>(k);
    result.bias.push_back(layer.bias[at] - layer.low[at]);
    result.table_of.push_back(static_cast<std::uint32_t>(k));
    for (Index m = 0; m < entries; ++m) {
      const auto sum = static_cast<double>(layer.low[at] + (m << result.dropped.value));
      const double value = real.activation(layer.scale[k] * sum + layer.rest[at]);
      const double steps = std::nearbyint((value - outputs.origin[k]) / outputs.scale[k]);
      result.tables(k, m) =
          static_cast<std::int64_t>(std::clamp(steps, 0.0, static_cast<double>(outputs.high)));
    }
  }
  return result;
}

learn::ReadOut read_out(const IntegerLayer& layer) {
  learn::ReadOut readout;
  readout.weights = layer.weights;
  readout.skip.resize(layer.weights.rows(), 0);
  for (Index k = 0; k < layer.scale.size(); ++k) {
    const auto at = static_cast<std::size_t>(k);
    readout.scale.push_back(layer.scale[k]);
    readout.offset.push_back(layer.scale[k] * static_cast<double>(layer.bias[at]) + layer.rest[at]);
  }
  return readout;
}

/// Fills the client's side of a network and returns the grid of its integers.
Grid input_grid(const Matrix<double>& features, Bits bits, learn::SparseQuantNeuralNetwork& net) {
  Grid grid{Vector<double>(features.cols()), Vector<double>(features.cols()),
            (std::int64_t{1} << bits.value) - 1};
  for (Index j = 0; j < features.cols(); ++j) {
    const double low = features.col(j).minCoeff(), high = features.col(j).maxCoeff();
    const double step = high > low ? (high - low) / static_cast<double>(grid.high) : 1.0;
    grid.scale[j] = step;
    grid.origin[j] = low;
    net.feature_of.push_back(static_cast<std::uint32_t>(j));
    net.origin.push_back(low);
    net.quantizers.emplace_back(
        quant::QuantizerSpec{.scale = step, .zero_point = 0, .low = 0, .high = grid.high});
  }
  net.input_high = grid.high;
  return grid;
}

}  // namespace

learn::SparseQuantNeuralNetwork quantize_network(const std::vector<RealLayer>& layers,
                                                 const Matrix<double>& features, NetworkBits bits) {
  check_layers(layers, features.cols());
  learn::SparseQuantNeuralNetwork net;
  Grid grid = input_grid(features, bits.inputs, net);
  Matrix<double> values = features;
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
    const IntegerLayer layer = to_integers(layers[i], grid, bits.weights);
    values = apply(layers[i], values);
    grid = grid_of(values, bits.activations);
    net.layers.push_back(with_tables(layer, layers[i], grid, bits.tables));
  }
  net.readout = read_out(to_integers(layers.back(), grid, bits.weights));
  return net;
}

Matrix<double> real_scores(const std::vector<RealLayer>& layers, const Matrix<double>& features) {
  check_layers(layers, features.cols());
  Matrix<double> values = features;
  for (const RealLayer& layer : layers) values = apply(layer, values);
  return values;
}

}  // namespace basalt::io
