#include "jobs/benchmark/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "jobs/benchmark/statistics.hpp"

namespace basalt::jobs {
namespace {

using Samples = std::map<std::string, std::vector<double>>;  // by step

struct Variant {
  Digest result;
  Samples samples, control;
};

constexpr std::string_view control_mark = " control";

std::map<std::string, Variant> variants_of(const BenchmarkResults& results) {
  std::map<std::string, Variant> variants;
  for (const Measurement& one : results.measurements) {
    const bool control = one.variant.ends_with(control_mark);
    const std::size_t length = one.variant.size() - (control ? control_mark.size() : 0);
    Variant& variant = variants[one.variant.substr(0, length)];
    variant.result = one.result;
    Samples& samples = control ? variant.control : variant.samples;
    for (const auto& [step, seconds] : one.seconds) samples[step].push_back(seconds);
  }
  return variants;
}

double relative(double before, double after) {
  return before > 0 ? (after - before) / before : 0.0;
}

/// What noise does to the median of a step: the largest difference between a variant and its
/// control.
double noise_of(const std::map<std::string, Variant>& variants, const std::string& step) {
  double noise = 0.0;
  for (const auto& [name, variant] : variants) {
    const auto control = variant.control.find(step), samples = variant.samples.find(step);
    if (control == variant.control.end() || samples == variant.samples.end()) continue;
    noise = std::max(noise, std::abs(relative(median(samples->second), median(control->second))));
  }
  return noise;
}

Difference difference_of(const std::vector<double>& before, const std::vector<double>& after,
                         double noise) {
  constexpr double significant = 0.01, noticeable = 0.02, above_noise = 3.0;
  Difference made;
  made.before = median(before);
  made.after = median(after);
  made.change = relative(made.before, made.after);
  made.noise = noise;
  made.p_value = mann_whitney(before, after);
  const bool counts = made.p_value < significant &&
                      std::abs(made.change) > std::max(noticeable, above_noise * noise);
  if (counts) {
    made.verdict = made.change > 0 ? Difference::Verdict::slower : Difference::Verdict::faster;
  }
  return made;
}

}  // namespace

bool Comparison::slower() const noexcept {
  return std::ranges::any_of(differences, [](const Difference& one) {
    return one.verdict == Difference::Verdict::slower;
  });
}

std::vector<std::string> different_environment(const BenchmarkResults& a,
                                               const BenchmarkResults& b) {
  std::vector<std::string> names;
  for (const auto& [name, value] : a.environment) {
    const auto other = b.environment.find(name);
    if (other == b.environment.end() || other->second != value) names.push_back(name);
  }
  for (const auto& [name, value] : b.environment) {
    if (!a.environment.contains(name)) names.push_back(name);
  }
  return names;
}

Comparison compare(const BenchmarkResults& before, const BenchmarkResults& after) {
  const auto old_variants = variants_of(before), new_variants = variants_of(after);
  Comparison comparison;
  for (const auto& [name, old_variant] : old_variants) {
    const auto found = new_variants.find(name);
    if (found == new_variants.end()) {
      comparison.unmatched.push_back(name);
      continue;
    }
    if (found->second.result != old_variant.result) comparison.other_results.push_back(name);
    for (const auto& [step, samples] : old_variant.samples) {
      const auto counterpart = found->second.samples.find(step);
      if (counterpart == found->second.samples.end()) continue;
      const double noise = std::max(noise_of(old_variants, step), noise_of(new_variants, step));
      Difference difference = difference_of(samples, counterpart->second, noise);
      difference.variant = name;
      difference.step = step;
      comparison.differences.push_back(difference);
    }
  }
  for (const auto& [name, variant] : new_variants) {
    if (!old_variants.contains(name)) comparison.unmatched.push_back(name);
  }
  return comparison;
}

}  // namespace basalt::jobs
