// Statistics of repeated timings: medians, their intervals, and whether two sets differ.
#pragma once

#include <span>
#include <vector>

namespace basalt::jobs {

/// Middle value, or the mean of the two middle ones. Errors: invalid_argument if there is none.
double median(std::span<const double> samples);

/// An interval that covers the true median with at least 95 % where the samples suffice (6 do).
struct MedianInterval {
  double low = 0.0, high = 0.0;
};

/// By order statistics, without any assumption on the distribution.
/// Errors: invalid_argument if there is no sample.
MedianInterval median_interval(std::span<const double> samples);

/// Probability, both sides, that two sets of one distribution differ in order as much as these.
/// Exact without ties; ties count half. 1 if a set is empty.
/// Source: Mann and Whitney (1947), recurrence for the counts of U.
double mann_whitney(std::span<const double> a, std::span<const double> b);

}  // namespace basalt::jobs
