// Means and variances of measured errors, compared with formulas.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>

namespace basalt::tfhe {

/// Errors that are roughly Gaussian and independent. Tolerances are those of six deviations, 1e-9
/// on each side: tests have a hundred such comparisons and run often.
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
  /// Six deviations of a variance of n values relative to its expectation, by the cube root of a
  /// chi-square variable, which is nearly Gaussian (Wilson and Hilferty).
  double bound(double deviations) const {
    const double part = 2.0 / (9.0 * static_cast<double>(count_));
    return std::pow(1.0 - part + deviations * std::sqrt(part), 3.0);
  }

  /// `model`: relative doubt of the expectation itself, from the weight of one key.
  ::testing::AssertionResult has_variance(double expected, double model = 0.0) const {
    return is_between(expected, expected, model);
  }
  ::testing::AssertionResult is_between(double low, double high, double model = 0.0) const {
    const double least = low * (bound(-6.0) - model), most = high * (bound(6.0) + model);
    if (variance() >= least && variance() <= most) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure()
           << "variance " << variance() << " of " << count_ << " errors, expected " << low << " to "
           << high << ", refused outside " << least << " to " << most;
  }
  ::testing::AssertionResult has_mean(double expected, double slack = 0.0) const {
    const double doubt = 6.0 * std::sqrt(variance() / static_cast<double>(count_)) + slack;
    if (std::abs(mean() - expected) <= doubt) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "mean " << mean() << " of " << count_
                                         << " errors, expected " << expected << " up to " << doubt;
  }

 private:
  std::size_t count_ = 0;
  double sum_ = 0.0, squares_ = 0.0;
};

}  // namespace basalt::tfhe
