// Two benchmarks side by side: what is slower, and whether it can be noise.
#pragma once

#include <string>
#include <vector>

#include "jobs/benchmark/benchmark.hpp"

namespace basalt::jobs {

/// One step of one variant in both benchmarks.
struct Difference {
  enum class Verdict { same, faster, slower };
  std::string variant, step;
  double before = 0.0, after = 0.0;  ///< Median seconds.
  double change = 0.0;               ///< (after - before) / before.
  double noise = 0.0;                ///< Relative difference of the control sets.
  double p_value = 1.0;              ///< Mann-Whitney.
  Verdict verdict = Verdict::same;
};

struct Comparison {
  std::vector<Difference> differences;
  std::vector<std::string> other_results;  ///< Variants that compute something else now.
  std::vector<std::string> unmatched;      ///< Variants that only one of the two has.
  bool slower() const noexcept;
};

/// Names of the environment that are not the same in both.
std::vector<std::string> different_environment(const BenchmarkResults& a,
                                               const BenchmarkResults& b);

/// A difference counts if Mann-Whitney gives p < 0.01 and the medians differ by more than 2 % and
/// by more than three times what the control sets differ by.
Comparison compare(const BenchmarkResults& before, const BenchmarkResults& after);

}  // namespace basalt::jobs
