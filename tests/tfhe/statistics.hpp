// Means and variances of measured errors, compared with formulas.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>

namespace basalt::tfhe {

/// Errors that are roughly Gaussian and independent. Tolerances make a false alarm rarer than
/// 1e-6: five deviations of the estimate, that of a variance of n values being sqrt(2/n) of it.
class Sample {
 public:
  void add(double error) {
    ++count_;
    sum_ += error;
    squares_ += error * error;
  }
  std::size_t count() const { return count_; }
  double mean() const { return sum_ / static_cast<double>(count_); }
  double variance() const { return squares_ / static_cast<double>(count_) - mean() * mean(); }
  double tolerance() const { return 5.0 * std::sqrt(2.0 / static_cast<double>(count_)); }

  /// `model`: relative doubt of the expectation itself, from the weight of one key.
  ::testing::AssertionResult has_variance(double expected, double model = 0.0) const {
    return is_between(expected, expected, model);
  }
  ::testing::AssertionResult is_between(double low, double high, double model = 0.0) const {
    const double doubt = tolerance() + model;
    if (variance() >= low * (1.0 - doubt) && variance() <= high * (1.0 + doubt)) {
      return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure()
           << "variance " << variance() << " of " << count_ << " errors, expected " << low << " to "
           << high << " up to " << 100.0 * doubt << " %";
  }
  ::testing::AssertionResult has_mean(double expected, double slack = 0.0) const {
    const double doubt = 5.0 * std::sqrt(variance() / static_cast<double>(count_)) + slack;
    if (std::abs(mean() - expected) <= doubt) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "mean " << mean() << " of " << count_
                                         << " errors, expected " << expected << " up to " << doubt;
  }

 private:
  std::size_t count_ = 0;
  double sum_ = 0.0, squares_ = 0.0;
};

}  // namespace basalt::tfhe
