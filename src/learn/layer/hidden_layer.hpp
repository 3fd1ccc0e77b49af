// One hidden layer while it is trained: real latent weights, integer sums, steps of a table.
#pragma once

#include "base/random.hpp"
#include "learn/layer/accumulator.hpp"
#include "learn/model/sparse_quant_neural_network.hpp"
#include "learn/training/activation.hpp"
#include "learn/training/parameter.hpp"

namespace basalt::learn {

/// Unchecked description of a layer in training.
struct HiddenLayerSpec {
  std::size_t inputs = 0, neurons = 0;
  std::int64_t input_high = 3;  ///< Inputs are integers of [0, input_high].
  AccumulatorRule rule = AccumulatorRule::wrap;
  WeightGrid grid;                       ///< Rules bound and wrap.
  int weight_low = -1, weight_high = 1;  ///< Rule omega.
  bool power_of_two = true;              ///< Rule omega.
  std::size_t omega = 0;                 ///< Rule omega: mean number of weights of a neuron.
  int table_bits = 4;                    ///< P of a padded table, M of a wrapping one.
  int truncated_bits = 0;                ///< Soft inputs: bits below a step of the table.
  int activation_bits = 2;
  bool rounds = false;                     ///< Rule omega: sums too wide for tables are rounded.
  bool is_signed = false;                  ///< Rule omega: codes are symmetric around 0.
  bool last = true;                        ///< Read by the read-out, as real numbers of [-1, 1].
  const Activation* activation = nullptr;  ///< Padded tables.
};

/// How the statistics of a batch are used.
enum class Phase {
  learning,  ///< Normalised by the batch; running statistics follow.
  frozen     ///< Normalised by the running statistics, as the finished tables will be.
};

/// A layer in training. The finished table of a neuron is its forward pass in the frozen phase.
class HiddenLayer {
 public:
  HiddenLayer(const HiddenLayerSpec& spec, RandomStream random);

  const HiddenLayerSpec& spec() const noexcept { return spec_; }
  /// Integers of the next layer's input range: 2^activation_bits - 1.
  std::int64_t output_high() const noexcept;

  /// Rounds the latent weights.
  void round_weights();
  /// Shape: [batch x inputs] -> [batch x neurons]: integers of [0, output_high], or [-1, 1] if
  /// last.
  const FloatMatrix& forward(const FloatMatrix& inputs, Phase phase);
  /// From the gradient of the outputs; keeps those of the parameters. With `inputs_gradient` also
  /// writes that of the inputs.
  void backward(const FloatMatrix& inputs, const FloatMatrix& outputs_gradient,
                FloatMatrix* inputs_gradient);
  /// Sum of the squared gradients of all parameters.
  double gradient_square() const;
  /// One step of descent with all gradients times `factor`.
  void step(const DescentSpec& descent, double rate, float factor);

  /// Replaces the running statistics by those of these rows.
  void freeze_statistics(const FloatMatrix& inputs);
  /// How wide sums are rounded: bits of the tables and bits that are rounded off; 0: not at all.
  struct Rounding {
    int bits = 0, off = 0;
  };
  Rounding rounding() const noexcept { return {rounded_bits_, rounded_off_}; }
  /// Rounds as layers beside this one do; its own sums must fit those tables, too.
  void adopt_rounding(Rounding common);

  /// The integer layer. Its outputs are those of forward() in the frozen phase, where a last layer
  /// gives (2 h - output_high) / output_high (padded) or 2 h / 2^table_bits (wrapping) of them.
  QuantLayer finish() const;

  /// The real parameters, and back. Errors: mismatch if the state is of another shape.
  LayerState state() const;
  void restore(const LayerState& state);

  const FloatMatrix& latent_weights() const noexcept { return latent_.value; }
  /// Removes all but the given neurons; keep_inputs the same for inputs.
  void keep_neurons(const std::vector<std::size_t>& kept);
  void keep_inputs(const std::vector<std::size_t>& kept);

 private:
  /// What a neuron makes of a sum, and the slope there.
  struct Response {
    float value = 0.0F, slope = 0.0F;
  };

  bool wraps() const noexcept { return spec_.rule == AccumulatorRule::wrap; }
  void tabulate_triangle();
  void tabulate_activation();
  const Response& padded_response(float normalized) const;
  float normalized(Eigen::Index neuron, float sum) const;
  void measure(FloatMatrix& mean, FloatMatrix& inverse) const;
  void forward_wrapping();
  void forward_padded(Phase phase);
  std::int64_t widest_sum() const;
  void choose_rounding();
  void fit_rounding();
  float rounded_sum(Eigen::Index neuron, float sum) const;
  void backward_normalization(FloatMatrix& gradient);
  void finish_wrapping(QuantLayer& layer) const;
  void finish_padded(QuantLayer& layer) const;

  HiddenLayerSpec spec_;
  Parameter latent_, phase_, gain_, shift_;
  FloatMatrix weights_;
  std::vector<float> mask_;
  FloatMatrix running_mean_, running_inverse_;
  bool has_statistics_ = false;
  double activation_step_ = 0.0;  ///< Between two codes, in normalized sums.
  int rounded_bits_ = 0;          ///< Of the tables of rounded sums; 0: sums are not rounded.
  int rounded_off_ = 0;
  std::vector<std::int64_t> lows_;   ///< Least sum of each neuron.
  std::vector<Response> responses_;  ///< By table index (wrapping) or normalized sum (padded).
  std::vector<std::int64_t> codes_;  ///< The integers of `responses_`.
  // Of the last forward pass.
  FloatMatrix sums_, outputs_, slopes_, mean_, inverse_;
  Phase pass_ = Phase::learning;
};

}  // namespace basalt::learn
