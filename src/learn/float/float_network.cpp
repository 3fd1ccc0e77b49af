#include "learn/float/float_network.hpp"

#include <cmath>

#include "base/error.hpp"
#include "learn/layer/accumulator.hpp"
#include "learn/model/matrix_view.hpp"
#include "learn/training/parameter.hpp"
#include "learn/training/training_loop.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

/// A layer with its descent.
struct LayerInTraining {
  Parameter weights, bias;
  std::vector<float> mask;    ///< Empty: every weight is trained.
  FloatMatrix sums, outputs;  ///< Of the last forward pass.
};

/// Uniform in +-1 / sqrt(inputs). Source: PyTorch's Linear.
LayerInTraining drawn_layer(std::size_t inputs, std::size_t neurons, std::size_t most_active,
                            RandomStream random) {
  FloatMatrix weights(static_cast<Index>(neurons), static_cast<Index>(inputs));
  FloatMatrix bias(1, static_cast<Index>(neurons));
  const double limit = 1.0 / std::sqrt(static_cast<double>(inputs));
  for (FloatMatrix* drawn : {&weights, &bias}) {
    for (float& value : values_of(*drawn)) {
      value = static_cast<float>(random.uniform(-limit, limit));
    }
  }
  LayerInTraining layer;
  if (most_active > 0 && most_active < inputs) {
    layer.mask = omega_mask(values_of(weights), neurons, most_active);
    for (std::size_t i = 0; i < layer.mask.size(); ++i) values_of(weights)[i] *= layer.mask[i];
  }
  layer.weights = make_parameter(std::move(weights));
  layer.bias = make_parameter(std::move(bias));
  return layer;
}

class FloatNetworkInTraining : public TrainableNetwork {
 public:
  FloatNetworkInTraining(const NetworkSpec& spec, std::size_t most_active, std::size_t inputs,
                         std::size_t outputs, const RandomStream& random)
      : activation_(activation_named(spec.quantization.activation)) {
    std::vector<std::size_t> widths = spec.hidden;
    widths.push_back(outputs);
    for (std::size_t i = 0; i < widths.size(); ++i) {
      layers_.push_back(drawn_layer(inputs, widths[i], most_active, random.child("layer", i)));
      inputs = widths[i];
    }
  }

  const FloatMatrix& forward(const FloatMatrix& inputs, double) override {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      LayerInTraining& layer = layers_[i];
      multiply_transposed(i == 0 ? inputs : layers_[i - 1].outputs, layer.weights.value,
                          layer.sums);
      layer.sums.rowwise() += layer.bias.value.row(0);
      layer.outputs = i + 1 == layers_.size() ? layer.sums : through(activation_.value, layer.sums);
    }
    return layers_.back().outputs;
  }

  void backward(const FloatMatrix& inputs, const FloatMatrix& scores_gradient) override {
    FloatMatrix gradient = scores_gradient, below;
    for (std::size_t i = layers_.size(); i-- > 0;) {
      LayerInTraining& layer = layers_[i];
      if (i + 1 < layers_.size()) {
        gradient = gradient.cwiseProduct(through(activation_.slope, layer.sums)).eval();
      }
      const FloatMatrix& entering = i == 0 ? inputs : layers_[i - 1].outputs;
      transposed_multiply(gradient, entering, layer.weights.gradient);
      layer.bias.gradient = gradient.colwise().sum();
      for (std::size_t w = 0; w < layer.mask.size(); ++w) {
        values_of(layer.weights.gradient)[w] *= layer.mask[w];
      }
      if (i == 0) break;
      multiply(gradient, layer.weights.value, below);
      std::swap(gradient, below);
    }
  }

  void step(const DescentSpec& descent, double rate, float factor) override {
    for (LayerInTraining& layer : layers_) {
      descend(layer.weights, descent, rate, factor);
      descend(layer.bias, descent, rate, factor);
    }
  }

  double gradient_norm() const override {
    double square = 0.0;
    for (const LayerInTraining& layer : layers_) {
      square += static_cast<double>(layer.weights.gradient.squaredNorm()) +
                static_cast<double>(layer.bias.gradient.squaredNorm());
    }
    return std::sqrt(square);
  }

  FloatMatrix finished_scores(const FloatMatrix& inputs) override { return forward(inputs, 1.0); }
  void save_best() override { best_ = layers_; }
  void restore_best() override { layers_ = best_; }

  FloatNetwork network(const TargetScale& scale) const {
    FloatNetwork network;
    for (const LayerInTraining& layer : layers_) {
      network.push_back({layer.weights.value.cast<double>(),
                         layer.bias.value.row(0).transpose().cast<double>(), activation_.value});
    }
    network.back().activation = {};
    for (std::size_t output = 0; output < scale.mean().size(); ++output) {
      const auto at = static_cast<Index>(output);
      network.back().weights.row(at) *= scale.deviation()[output];
      network.back().bias[at] =
          network.back().bias[at] * scale.deviation()[output] + scale.mean()[output];
    }
    return network;
  }

 private:
  static FloatMatrix through(double (*function)(double), const FloatMatrix& sums) {
    return sums.unaryExpr(
        [function](float x) { return static_cast<float>(function(static_cast<double>(x))); });
  }

  const Activation& activation_;
  std::vector<LayerInTraining> layers_, best_;
};

}  // namespace

void check_layers(const FloatNetwork& network, std::size_t features) {
  require(!network.empty(), ErrorCode::invalid_argument, "network: has no layer");
  auto inputs = static_cast<Index>(features);
  for (const FloatLayer& layer : network) {
    require(layer.weights.cols() == inputs && layer.bias.size() == layer.weights.rows(),
            ErrorCode::mismatch, "network: a layer of ", layer.weights.rows(), " x ",
            layer.weights.cols(), " weights and ", layer.bias.size(), " biases reads ", inputs,
            " values");
    require(layer.weights.allFinite() && layer.bias.allFinite(), ErrorCode::invalid_argument,
            "network: a weight is not finite");
    inputs = layer.weights.rows();
  }
}

Matrix<double> float_scores(const FloatNetwork& network, const Matrix<double>& features) {
  check_layers(network, static_cast<std::size_t>(features.cols()));
  Matrix<double> values = features;
  for (const FloatLayer& layer : network) {
    Matrix<double> sums = values * layer.weights.transpose();
    sums.rowwise() += layer.bias.transpose();
    values = layer.activation ? sums.unaryExpr(layer.activation) : sums;
  }
  return values;
}

FloatNetwork train_float_network(const NetworkSpec& spec, std::size_t most_active,
                                 const Dataset& data, const RandomStream& random,
                                 const TrainingHooks& hooks, std::vector<EpochRecord>& history) {
  const auto [learned, watched] = hold_out(spec.training, data, random);
  const TargetScale scale(learned);
  FloatNetworkInTraining training(spec, most_active, data.columns(), outputs_of(data),
                                  random.child("network"));
  run_training(
      spec.training, training, labelled_rows(learned.features.cast<float>(), learned, scale),
      labelled_rows(watched.features.cast<float>(), watched, scale), random, hooks, history);
  return training.network(scale);
}

}  // namespace basalt::learn
