#include "learn/float/float_cnn.hpp"

#include <array>
#include <cmath>

#include "learn/convolution/pooling.hpp"
#include "learn/model/matrix_view.hpp"
#include "learn/training/activation.hpp"
#include "learn/training/target_scale.hpp"
#include "learn/training/training_loop.hpp"

namespace basalt::learn {
namespace {

using Eigen::Index;

Index extent_of(const ImageShape& shape) {
  return static_cast<Index>(shape.height * shape.width * shape.channels);
}

FloatMatrix applied(double (*function)(double), const FloatMatrix& sums) {
  return sums.unaryExpr(
      [function](float x) { return static_cast<float>(function(static_cast<double>(x))); });
}

/// Uniform in +-1 / sqrt(inputs). Source: PyTorch's Conv2d and Linear.
FloatFilter drawn_filter(std::size_t channels, std::size_t inputs, RandomStream random) {
  FloatFilter filter{FloatMatrix(static_cast<Index>(channels), static_cast<Index>(inputs)),
                     FloatMatrix(1, static_cast<Index>(channels)),
                     {}};
  const double limit = 1.0 / std::sqrt(static_cast<double>(inputs));
  for (FloatMatrix* drawn : {&filter.weights, &filter.bias}) {
    for (float& value : values_of(*drawn)) {
      value = static_cast<float>(random.uniform(-limit, limit));
    }
  }
  return filter;
}

/// One stage at work: what it saw in the last forward pass.
class Runner {
 public:
  Runner(const StageSpec& spec, const Activation& activation)
      : spec_(spec), activation_(activation) {
    if (spec.kind == StageKind::layer) {
      maps_ = window_maps(spec);
      patches_.resize(maps_.size());
    } else if (spec.kind != StageKind::addition) {
      pooling_ = Pooling(spec, WindowAverage::mean);
    }
  }

  std::size_t patch() const { return maps_.front().patch; }

  void forward(FloatFilter& filter, const std::vector<FloatMatrix>& values, std::size_t at,
               bool learns, FloatMatrix& out) {
    if (spec_.kind == StageKind::addition) {
      out = values[at] + values[spec_.addend];
    } else if (spec_.kind == StageKind::layer) {
      forward_layer(filter, values[at], learns, out);
    } else {
      pooling_.forward(values[at], out);
    }
  }

  /// Adds to the gradients of what the stage read; writes that of its filter.
  void backward(FloatFilter& filter, std::vector<FloatMatrix>& gradients, std::size_t at,
                FloatFilter& own) {
    const FloatMatrix& gradient = gradients[at + 1];
    if (spec_.kind == StageKind::addition) {
      gradients[at] += gradient;
      gradients[spec_.addend] += gradient;
    } else if (spec_.kind == StageKind::layer) {
      backward_layer(filter, gradient, gradients[at], own);
    } else {
      pooling_.backward(gradient, gradients[at]);
    }
  }

 private:
  Index made() const { return static_cast<Index>(spec_.output.channels / spec_.groups); }

  void forward_layer(FloatFilter& filter, const FloatMatrix& values, bool learns,
                     FloatMatrix& out) {
    const auto positions = static_cast<Index>(maps_.front().positions);
    sums_.resize(values.rows() * positions, static_cast<Index>(spec_.output.channels));
    for (std::size_t group = 0; group < maps_.size(); ++group) {
      const Index first = static_cast<Index>(group) * made();
      gather(maps_[group], values, patches_[group]);
      FloatMatrix part;
      multiply_transposed(patches_[group], filter.weights.middleRows(first, made()), part);
      sums_.middleCols(first, made()) = part;
    }
    sums_.rowwise() += filter.bias.row(0);
    if (learns && filter.normalization.is_active()) {
      filter.normalization.learn(sums_);
    } else if (filter.normalization.is_active()) {
      filter.normalization.apply(sums_);
    }
    out = applied(activation_.value, sums_)
              .reshaped<Eigen::RowMajor>(values.rows(), extent_of(spec_.output));
  }

  void backward_layer(FloatFilter& filter, const FloatMatrix& gradient, FloatMatrix& below,
                      FloatFilter& own) {
    FloatMatrix at_sums =
        FloatMatrix(gradient.reshaped<Eigen::RowMajor>(sums_.rows(), sums_.cols()))
            .cwiseProduct(applied(activation_.slope, sums_));
    if (filter.normalization.is_active()) filter.normalization.backward(at_sums);
    own.weights.resize(filter.weights.rows(), filter.weights.cols());
    own.bias = at_sums.colwise().sum();
    for (std::size_t group = 0; group < maps_.size(); ++group) {
      const Index first = static_cast<Index>(group) * made();
      const FloatMatrix part = at_sums.middleCols(first, made());
      FloatMatrix weights, inputs;
      transposed_multiply(part, patches_[group], weights);
      own.weights.middleRows(first, made()) = weights;
      multiply(part, filter.weights.middleRows(first, made()), inputs);
      scatter_add(maps_[group], inputs, below);
    }
  }

  const StageSpec& spec_;
  const Activation& activation_;
  Pooling pooling_;
  std::vector<WindowMap> maps_;  ///< One per group of a layer.
  std::vector<FloatMatrix> patches_;
  FloatMatrix sums_;
};

std::vector<Runner> runners_of(const FloatCnn& network) {
  std::vector<Runner> runners;
  for (const StageSpec& stage : network.stages) {
    runners.emplace_back(
        stage, activation_named(stage.activation.empty() ? network.activation : stage.activation));
  }
  return runners;
}

/// Scores; `values` are those of every stage, the inputs first. Where it `learns`, batches
/// normalize themselves and running statistics follow.
FloatMatrix pass(FloatCnn& network, std::vector<Runner>& runners, bool learns,
                 std::vector<FloatMatrix>& values) {
  values.resize(runners.size() + 1);
  for (std::size_t i = 0; i < runners.size(); ++i) {
    runners[i].forward(network.filters[i], values, i, learns, values[i + 1]);
  }
  FloatMatrix scores;
  multiply_transposed(values.back(), network.readout.weights, scores);
  scores.rowwise() += network.readout.bias.row(0);
  return scores;
}

class FloatCnnInTraining : public TrainableNetwork {
 public:
  FloatCnnInTraining(const CnnSpec& spec, std::size_t outputs, const RandomStream& random) {
    network_.stages = spec.stages;
    network_.activation = spec.quantization.activation;
    runners_ = runners_of(network_);
    for (std::size_t i = 0; i < spec.stages.size(); ++i) {
      const bool is_layer = spec.stages[i].kind == StageKind::layer;
      network_.filters.push_back(is_layer
                                     ? drawn_filter(spec.stages[i].output.channels,
                                                    runners_[i].patch(), random.child("layer", i))
                                     : FloatFilter{});
      if (spec.stages[i].normalized) {
        network_.filters.back().normalization = BatchNormalization(spec.stages[i].output.channels);
      }
    }
    const auto last = static_cast<std::size_t>(extent_of(spec.stages.back().output));
    network_.readout = drawn_filter(outputs, last, random.child("readout"));
    gradients_.resize(spec.stages.size() + 1);
    for (FloatFilter* filter : filters(network_)) {
      for (const FloatMatrix* value : parameters_of(*filter)) {
        descents_.emplace_back(static_cast<std::size_t>(value->size()));
      }
    }
  }

  const FloatMatrix& forward(const FloatMatrix& inputs, double) override {
    values_ = {inputs};
    scores_ = pass(network_, runners_, true, values_);
    return scores_;
  }

  void backward(const FloatMatrix&, const FloatMatrix& scores_gradient) override {
    FloatFilter& readout = gradients_.back();
    transposed_multiply(scores_gradient, values_.back(), readout.weights);
    readout.bias = scores_gradient.colwise().sum();
    std::vector<FloatMatrix> gradients;
    for (const FloatMatrix& value : values_) {
      gradients.emplace_back(FloatMatrix::Zero(value.rows(), value.cols()));
    }
    multiply(scores_gradient, network_.readout.weights, gradients.back());
    for (std::size_t i = runners_.size(); i-- > 0;) {
      runners_[i].backward(network_.filters[i], gradients, i, gradients_[i]);
    }
  }

  void step(const DescentSpec& spec, double rate, float factor) override {
    const std::vector<FloatFilter*> trained = filters(network_);
    auto descent = descents_.begin();
    for (std::size_t i = 0; i < trained.size(); ++i) {
      const auto values = parameters_of(*trained[i]);
      const auto gradients = gradients_of(gradients_[i], trained[i]->normalization);
      for (std::size_t part = 0; part < values.size(); ++part, ++descent) {
        *gradients[part] *= factor;
        descent->step(spec, rate, values_of(*values[part]), values_of(*gradients[part]));
      }
    }
  }

  double gradient_norm() const override {
    double square = 0.0;
    for (const FloatFilter& gradient : gradients_) {
      square += static_cast<double>(gradient.weights.squaredNorm()) +
                static_cast<double>(gradient.bias.squaredNorm());
    }
    for (const FloatFilter& filter : network_.filters) {
      const BatchNormalization& normalization = filter.normalization;
      square += static_cast<double>(normalization.gain_gradient.squaredNorm()) +
                static_cast<double>(normalization.shift_gradient.squaredNorm());
    }
    return std::sqrt(square);
  }

  FloatMatrix finished_scores(const FloatMatrix& inputs) override {
    std::vector<FloatMatrix> values{inputs};
    return pass(network_, runners_, false, values);
  }
  void save_best() override { best_ = network_; }
  void restore_best() override {
    network_.filters = best_.filters;
    network_.readout = best_.readout;
  }

  FloatCnn network(const TargetScale& scale) const {
    FloatCnn network = network_;
    for (std::size_t output = 0; output < scale.mean().size(); ++output) {
      const auto at = static_cast<Index>(output);
      const auto mean = static_cast<float>(scale.mean()[output]);
      const auto deviation = static_cast<float>(scale.deviation()[output]);
      network.readout.weights.row(at) *= deviation;
      network.readout.bias(0, at) = network.readout.bias(0, at) * deviation + mean;
    }
    return network;
  }

 private:
  /// Filters of the stages, then the read-out, in the order of the gradients.
  static std::vector<FloatFilter*> filters(FloatCnn& network) {
    std::vector<FloatFilter*> all;
    for (FloatFilter& filter : network.filters) all.push_back(&filter);
    all.push_back(&network.readout);
    return all;
  }

  static std::array<FloatMatrix*, 4> parameters_of(FloatFilter& filter) {
    return {&filter.weights, &filter.bias, &filter.normalization.gain, &filter.normalization.shift};
  }
  static std::array<FloatMatrix*, 4> gradients_of(FloatFilter& own,
                                                  BatchNormalization& normalization) {
    return {&own.weights, &own.bias, &normalization.gain_gradient, &normalization.shift_gradient};
  }

  FloatCnn network_, best_;
  std::vector<Runner> runners_;
  std::vector<FloatFilter> gradients_;
  std::vector<Descent> descents_;
  std::vector<FloatMatrix> values_;
  FloatMatrix scores_;
};

}  // namespace

Matrix<double> float_scores(const FloatCnn& network, const Matrix<double>& features) {
  FloatCnn own = network;
  std::vector<Runner> runners = runners_of(own);
  std::vector<FloatMatrix> values{features.cast<float>()};
  return pass(own, runners, false, values).cast<double>();
}

FloatCnn train_float_cnn(const CnnSpec& spec, const Dataset& data, const RandomStream& random,
                         const TrainingHooks& hooks, std::vector<EpochRecord>& history) {
  const auto [learned, watched] = hold_out(spec.training, data, random);
  const TargetScale scale(learned);
  FloatCnnInTraining training(spec, outputs_of(data), random.child("network"));
  run_training(
      spec.training, training, labelled_rows(learned.features.cast<float>(), learned, scale),
      labelled_rows(watched.features.cast<float>(), watched, scale), random, hooks, history);
  return training.network(scale);
}

}  // namespace basalt::learn
