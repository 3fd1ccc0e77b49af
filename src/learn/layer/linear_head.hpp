// The last layer of a network in training: read-out of the hidden values, linear path, bias.
#pragma once

#include "base/random.hpp"
#include "learn/layer/readout.hpp"
#include "learn/model/training_state.hpp"
#include "learn/training/parameter.hpp"

namespace basalt::learn {

/// Rows and inputs up to which the linear path of a regression is fitted before training.
inline constexpr std::size_t fitted_rows = 10000, most_fitted = 4096;
/// Few rows are few steps: the linear path then learns faster.
inline constexpr std::size_t few_training_rows = 5000;

/// How many times as fast as other weights those of the linear path learn.
double skip_pace(double learning_rate, std::size_t training_rows);

/// Unchecked description of a head.
struct LinearHeadSpec {
  ReadOutForm form;
  std::size_t outputs = 0;
  std::size_t hidden = 0;   ///< Values of the last hidden layer; 0: there is none.
  std::size_t skipped = 0;  ///< Inputs of the linear path; 0: there is no such path.
  double skip_pace = 1.0;
};

/// scores = readout x hidden + skip x (inputs / input_high) + bias, as of RealReadOut.
class LinearHead {
 public:
  LinearHead() = default;
  /// Starts with random weights of hidden values, the rest at 0.
  LinearHead(const LinearHeadSpec& spec, RandomStream random);

  const ReadOutForm& form() const noexcept { return form_; }
  std::size_t outputs() const noexcept { return static_cast<std::size_t>(bias_.value.cols()); }
  bool has_skip() const noexcept { return skip_.value.cols() > 0; }
  /// Weights of hidden values. Shape: [outputs x hidden].
  const FloatMatrix& weights() const noexcept { return readout_.value; }

  /// With `rounded`, the weights are those of finish(). Without a hidden layer, `hidden` is not
  /// read.
  /// Shape: [batch x hidden], [batch x inputs] -> [batch x outputs].
  const FloatMatrix& forward(const FloatMatrix& hidden, const FloatMatrix& inputs, bool rounded);
  /// From the gradient of the scores of the last forward pass, to that of the hidden values.
  void backward(const FloatMatrix& hidden, const FloatMatrix& inputs,
                const FloatMatrix& scores_gradient, FloatMatrix& hidden_gradient);
  /// Sum of the squared gradients of all parameters.
  double gradient_square() const;
  /// One step of descent with all gradients times `factor`. With plain Adam the weights of the
  /// linear path decay a little.
  void step(const DescentSpec& descent, double rate, float factor);

  /// Multiplies the weights of hidden values; their descent starts anew.
  void scale_weights(double share);
  /// Puts the linear path and the bias to their ridge solution.
  /// Shape: [rows x inputs], integers; [rows x outputs]: what the scores shall gain.
  void fit_linear_path(const FloatMatrix& inputs, const Matrix<double>& targets);
  /// Removes all but the given hidden values.
  void keep_hidden(const std::vector<std::size_t>& kept);

  /// The real parameters into the state of a network, and back.
  void save(TrainingState& state) const;
  bool fits(const TrainingState& state) const;
  void restore(const TrainingState& state);

  /// The integers of the read-out.
  ReadOut finish() const;

 private:
  bool has_hidden() const noexcept { return readout_.value.cols() > 0; }

  ReadOutForm form_;
  double skip_pace_ = 1.0;
  Parameter readout_, skip_, bias_;
  // Of the last forward pass.
  FloatMatrix scores_, rounded_readout_, rounded_skip_;
};

}  // namespace basalt::learn
