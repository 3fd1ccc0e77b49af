#include "learn/float/post_training.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "learn/data/metrics.hpp"
#include "learn/network/fit_input_grid.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

constexpr int widest_table = 16;  ///< Bits.
/// Where the bits that sums are rounded to are chosen: rows to evaluate on, and what may be lost if
/// the rows could tell less apart.
constexpr Bits fewest_rounding{5}, most_rounding{7};
constexpr std::size_t evaluated_rows = 2000;
constexpr double least_loss = 0.005;   ///< Share of wrong labels.
constexpr double least_excess = 0.02;  ///< Of the mean squared error.

/// Integers that enter a layer: real = scale * integer + origin, each in [low, high].
struct LayerInputs {
  Vector<double> scale, origin;
  std::vector<std::int64_t> low, high;
};

/// A layer whose weights are integers: real sum of neuron k = scale[k] * u[k] + rest[k].
struct IntegerLayer {
  Matrix<std::int32_t> weights;
  Vector<double> scale, rest;
  std::vector<std::int64_t> bias;       ///< In steps of the neuron's scale.
  std::vector<std::int64_t> low, high;  ///< Exact range of the sum with its bias.
};

/// Width of one step of the weights of each neuron.
Vector<double> weight_steps(const Matrix<double>& weights, const PostTrainingBits& bits) {
  const double top = std::max(1.0, std::ldexp(1.0, bits.weights.value - 1) - 1.0);
  Vector<double> widest = weights.cwiseAbs().rowwise().maxCoeff();
  if (!bits.scale_per_neuron) widest.setConstant(widest.maxCoeff());
  return widest.unaryExpr([top](double width) { return width > 0 ? width / top : 1.0; });
}

IntegerLayer to_integers(const FloatLayer& layer, const LayerInputs& layer_inputs,
                         const PostTrainingBits& bits) {
  const Matrix<double> scaled = layer.weights * layer_inputs.scale.asDiagonal();
  const Vector<double> shift = layer.bias + layer.weights * layer_inputs.origin;
  IntegerLayer result;
  result.scale = weight_steps(scaled, bits);
  result.rest.resize(scaled.rows());
  result.weights.resize(scaled.rows(), scaled.cols());
  for (Index k = 0; k < scaled.rows(); ++k) {
    const double step = result.scale[k];
    const double bias = std::nearbyint(shift[k] / step);
    require(std::abs(bias) < 0x1p50, ErrorCode::invalid_argument, "network: the bias of neuron ", k,
            " is out of proportion to its weights");
    const auto whole = static_cast<std::int64_t>(bias);
    std::int64_t low = whole, high = whole;
    for (Index j = 0; j < scaled.cols(); ++j) {
      const auto at = static_cast<std::size_t>(j);
      const auto weight = static_cast<std::int32_t>(std::nearbyint(scaled(k, j) / step));
      result.weights(k, j) = weight;
      low += weight * (weight > 0 ? layer_inputs.low[at] : layer_inputs.high[at]);
      high += weight * (weight > 0 ? layer_inputs.high[at] : layer_inputs.low[at]);
    }
    result.bias.push_back(whole);
    result.rest[k] = shift[k] - bias * step;
    result.low.push_back(low);
    result.high.push_back(high);
  }
  return result;
}

/// The bits of the layer's tables, and those that are rounded off before.
struct TableWidth {
  Bits bits{1}, truncated_bits{0};
};

TableWidth table_width(const IntegerLayer& layer, std::size_t position,
                       const PostTrainingBits& bits) {
  std::uint64_t widest = 1;
  for (std::size_t k = 0; k < layer.low.size(); ++k) {
    widest = std::max(widest, static_cast<std::uint64_t>(layer.high[k] - layer.low[k]));
  }
  TableWidth width{.bits = Bits{static_cast<int>(std::bit_width(widest))}};
  if (bits.rounding.value > 0 && width.bits.value > bits.rounding.value) {
    const std::uint64_t entries = std::uint64_t{1} << bits.rounding.value;
    int truncated_bits = 1;
    while (((widest + (std::uint64_t{1} << (truncated_bits - 1))) >> truncated_bits) >= entries)
      ++truncated_bits;
    width = {.bits = bits.rounding, .truncated_bits = Bits{truncated_bits}};
  }
  if (width.bits.value > widest_table) {
    throw Error(
        ErrorCode::invalid_argument,
        concat("layer ", position, " has sums of ", width.bits.value, " bits, a table has at most ",
               widest_table, "; set \"rounding_threshold_bits\" to 2 to 8 or a smaller \"n_bits\""),
        "rounding_threshold_bits");
  }
  return width;
}

/// One grid for all neurons of a layer, over the range that their values take.
struct OutputGrid {
  double step = 1.0, origin = 0.0;
  std::int64_t high = 0;
};

OutputGrid grid_of(const Matrix<double>& values, Bits bits) {
  OutputGrid grid{.high = (std::int64_t{1} << bits.value) - 1};
  const double low = values.minCoeff(), high = values.maxCoeff();
  if (high > low) grid.step = (high - low) / static_cast<double>(grid.high);
  grid.origin = low;
  return grid;
}

/// Real activations of the rows, from the integers that enter the layer.
Matrix<double> values_on(const IntegerLayer& layer, const FloatLayer& real,
                         const Matrix<std::int64_t>& inputs) {
  Matrix<double> sums =
      inputs.cast<double>() * layer.weights.cast<double>().transpose();  // exact below 2^53
  for (Index k = 0; k < sums.cols(); ++k) {
    const auto bias = static_cast<double>(layer.bias[static_cast<std::size_t>(k)]);
    sums.col(k) = (sums.col(k).array() + bias) * layer.scale[k] + layer.rest[k];
  }
  return sums.unaryExpr(real.activation);
}

/// The look-up of each neuron: from its sum to the grid of the outputs.
QuantLayer with_tables(const IntegerLayer& layer, const FloatLayer& real, const OutputGrid& grid,
                       const TableWidth& width, bool exact_rounding) {
  QuantLayer result;
  result.weights = layer.weights;
  result.bits = width.bits;
  result.truncated_bits = width.truncated_bits;
  result.rounds_exactly = exact_rounding && width.truncated_bits.value > 0;
  const Index entries = Index{1} << width.bits.value;
  result.tables.resize(layer.scale.size(), entries);
  for (Index k = 0; k < layer.scale.size(); ++k) {
    const auto at = static_cast<std::size_t>(k);
    result.bias.push_back(layer.bias[at] - layer.low[at]);
    result.table_of.push_back(static_cast<std::uint32_t>(k));
    for (Index m = 0; m < entries; ++m) {
      const auto sum = static_cast<double>(layer.low[at] + (m << width.truncated_bits.value));
      const double value = real.activation(layer.scale[k] * sum + layer.rest[k]);
      const double steps = std::nearbyint((value - grid.origin) / grid.step);
      result.tables(k, m) =
          static_cast<std::int64_t>(std::clamp(steps, 0.0, static_cast<double>(grid.high)));
    }
  }
  return result;
}

/// What the next layer reads: codes of the grid, each neuron's range as its table can reach it.
LayerInputs layer_inputs_from(const QuantLayer& layer, const IntegerLayer& sums,
                              const OutputGrid& grid) {
  const auto neurons = static_cast<Index>(layer.neurons());
  LayerInputs layer_inputs{Vector<double>::Constant(neurons, grid.step),
                           Vector<double>::Constant(neurons, grid.origin),
                           {},
                           {}};
  const int truncated_bits = layer.truncated_bits.value;
  const std::int64_t half = truncated_bits > 0 ? std::int64_t{1} << (truncated_bits - 1) : 0;
  for (Index k = 0; k < neurons; ++k) {
    const auto at = static_cast<std::size_t>(k);
    const Index reached = (sums.high[at] - sums.low[at] + half) >> truncated_bits;
    const auto row = layer.tables.row(k).head(reached + 1);
    layer_inputs.low.push_back(row.minCoeff());
    layer_inputs.high.push_back(row.maxCoeff());
  }
  return layer_inputs;
}

/// The first layer without the features that are constant: these move its bias.
FloatLayer without_constants(const FloatLayer& layer, const Matrix<double>& features,
                             const std::vector<std::uint32_t>& kept) {
  FloatLayer reduced{Matrix<double>(layer.weights.rows(), static_cast<Index>(kept.size())),
                     layer.bias, layer.activation};
  std::vector<bool> varies(static_cast<std::size_t>(features.cols()), false);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    reduced.weights.col(static_cast<Index>(i)) = layer.weights.col(kept[i]);
    varies[kept[i]] = true;
  }
  for (Index j = 0; j < features.cols(); ++j) {
    if (!varies[static_cast<std::size_t>(j)]) {
      reduced.bias += layer.weights.col(j) * features(0, j);
    }
  }
  return reduced;
}

ReadOut read_out(const IntegerLayer& layer, bool reads_inputs) {
  ReadOut readout;
  const Matrix<std::int32_t> none(layer.weights.rows(), 0);
  readout.weights = reads_inputs ? none : layer.weights;
  readout.skip = reads_inputs ? layer.weights : none;
  for (Index k = 0; k < layer.scale.size(); ++k) {
    const auto bias = static_cast<double>(layer.bias[static_cast<std::size_t>(k)]);
    readout.scale.push_back(layer.scale[k]);
    readout.offset.push_back(layer.scale[k] * bias + layer.rest[k]);
  }
  return readout;
}

/// What the quantized network misses on the rows; nothing if no table holds its sums.
std::optional<double> error_of(const FloatNetwork& network, const Dataset& data,
                               const PostTrainingBits& bits) {
  try {
    return training_error(
        data, quantize_after_training(network, data.features, bits).scores(data.features));
  } catch (const Error& error) {
    if (error.subject() != "rounding_threshold_bits") throw;
    return std::nullopt;
  }
}

/// One standard error more than the reference: what the rows cannot tell from chance.
double most_error(Task task, double reference, std::size_t rows) {
  const auto count = static_cast<double>(rows);
  if (task == Task::classification) {
    return reference + std::max(least_loss, std::sqrt(reference * (1.0 - reference) / count));
  }
  return reference * (1.0 + std::max(least_excess, std::sqrt(2.0 / count)));
}

}  // namespace

Bits fewest_rounding_bits(const FloatNetwork& network, const Dataset& data, PostTrainingBits bits) {
  std::vector<std::size_t> rows(std::min(data.rows(), evaluated_rows));
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const Dataset evaluated = take_rows(data, rows);
  bits.rounding = Bits{0};
  const std::optional<double> whole = error_of(network, evaluated, bits);
  bits.rounding = most_rounding;
  const double reference = whole ? *whole : error_of(network, evaluated, bits).value();
  const double allowed = most_error(data.task, reference, evaluated.rows());
  for (int few = fewest_rounding.value; few < most_rounding.value; ++few) {
    bits.rounding = Bits{few};
    if (error_of(network, evaluated, bits).value() <= allowed) return bits.rounding;
  }
  return most_rounding;
}

SparseQuantNeuralNetwork quantize_after_training(const FloatNetwork& network,
                                                 const Matrix<double>& features,
                                                 const PostTrainingBits& bits) {
  check_layers(network, static_cast<std::size_t>(features.cols()));
  SparseQuantNeuralNetwork net;
  net.grid = fit_input_grid(features, bits.inputs, false);
  const auto inputs = static_cast<Index>(net.inputs());
  LayerInputs layer_inputs{Vector<double>(inputs), Vector<double>(inputs),
                           std::vector<std::int64_t>(net.inputs(), 0),
                           std::vector<std::int64_t>(net.inputs(), net.grid.input_high)};
  for (Index i = 0; i < inputs; ++i) {
    layer_inputs.scale[i] = net.grid.quantizers[static_cast<std::size_t>(i)].spec().scale;
    layer_inputs.origin[i] = net.grid.origin[static_cast<std::size_t>(i)];
  }
  Matrix<std::int64_t> values = net.quantize(features);
  for (std::size_t i = 0; i < network.size(); ++i) {
    const FloatLayer layer =
        i == 0 ? without_constants(network[i], features, net.grid.feature_of) : network[i];
    const IntegerLayer sums = to_integers(layer, layer_inputs, bits);
    if (i + 1 == network.size()) {
      net.readout = read_out(sums, i == 0);
      break;
    }
    const OutputGrid grid = grid_of(values_on(sums, layer, values), bits.activations);
    net.layers.push_back(
        with_tables(sums, layer, grid, table_width(sums, i, bits), bits.exact_rounding));
    layer_inputs = layer_inputs_from(net.layers.back(), sums, grid);
    values = through(net.layers.back(), values);
  }
  return net;
}

}  // namespace basalt::learn
