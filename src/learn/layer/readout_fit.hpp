// The best read-out of given hidden values: a convex problem, solved to its end.
#pragma once

#include "learn/data/dataset.hpp"
#include "learn/layer/readout.hpp"

namespace basalt::learn {

/// A fitted read-out and what it leaves unexplained.
struct FittedReadOut {
  RealReadOut real;
  Matrix<double> residual;  ///< Shape: [rows x outputs]: one-hot label or target, less prediction.
  double loss = 0.0;        ///< Mean cross-entropy, or mean squared error.
};

/// Logistic regression (classification) or ridge regression (of `targets`) on inputs, integers of
/// [0, input_high], and hidden values of [-1, 1].
/// Shape: [rows x inputs], [rows x neurons]; two classes have two opposite scores.
FittedReadOut fit_readout(const Dataset& data, const Matrix<double>& targets,
                          const Matrix<double>& inputs, const Matrix<double>& hidden,
                          std::int64_t input_high);

/// Ridge regression of targets on inputs, without hidden values. Shape: targets [rows x outputs].
RealReadOut fit_linear(const Matrix<double>& targets, const FloatMatrix& inputs,
                       std::int64_t input_high);

/// What a given read-out leaves of these rows; arguments as above.
FittedReadOut evaluate_readout(const RealReadOut& real, const Dataset& data,
                               const Matrix<double>& targets, const Matrix<double>& inputs,
                               const Matrix<double>& hidden, std::int64_t input_high);

}  // namespace basalt::learn
