// What a linear solver finds: real coefficients, before any quantization.
#pragma once

#include "base/matrix.hpp"

namespace basalt::learn {

/// scores = coefficients x features + intercepts.
struct LinearFit {
  Matrix<double> coefficients;  ///< Shape: [outputs x features].
  Vector<double> intercepts;    ///< One per output.
};

}  // namespace basalt::learn
