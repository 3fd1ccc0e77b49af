// Loops over GLWE shapes, decompositions and key sizes, each cut short by noise or price.
#include "compile/optimize_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "compile/search_digits.hpp"
#include "tfhe/noise.hpp"
#include "tfhe/security.hpp"

namespace basalt::compile {
namespace {

using tfhe::ParameterSpec;

/// The limits as they are left by the fresh noise of one GLWE shape.
class Budget {
 public:
  Budget(const SearchProblem& problem, double fresh_variance) {
    for (const NoiseLimit& limit : problem.lookups) {
      const double rest = limit.variance - limit.fresh_gain * fresh_variance;
      feasible_ = feasible_ && rest > 0.0;
      lookups_.push_back({0.0, limit.table_gain, rest, limit.switch_gain});
    }
    for (const NoiseLimit& limit : problem.outputs) {
      const double rest = limit.variance - limit.fresh_gain * fresh_variance;
      feasible_ = feasible_ && rest >= 0.0;
      if (limit.table_gain > 0.0) bootstrap_ = std::min(bootstrap_, rest / limit.table_gain);
    }
  }
  bool feasible() const noexcept { return feasible_; }
  /// Largest variance of a bootstrap that the outputs allow.
  double bootstrap() const noexcept { return bootstrap_; }
  /// What the variances of a bootstrap and of a modulus switch leave to the key switch.
  double left_by(double bootstrap_variance, double switch_variance) const {
    double left = infinite;
    for (const NoiseLimit& limit : lookups_) {
      left = std::min(left, limit.variance - limit.table_gain * bootstrap_variance -
                                limit.switch_gain * switch_variance);
    }
    return left;
  }

 private:
  std::vector<NoiseLimit> lookups_;
  double bootstrap_ = infinite;
  bool feasible_ = true;
};

class Search {
 public:
  Search(const SearchProblem& problem, const ParameterSpace& space, const tfhe::CostModel& model)
      : problem_(problem), space_(space), model_(model), fronts_(problem.security, space) {}

  std::optional<ParameterSpec> run() {
    const int smallest = std::max(space_.smallest_log2_size, problem_.table_bits);
    for (int group = 1; group <= space_.largest_group; ++group) {
      for (int log2_size = smallest; log2_size <= space_.largest_log2_size; ++log2_size) {
        for (std::size_t k = 1; k <= space_.largest_glwe_dimension; ++k) {
          visit_shape({.glwe_dimension = k,
                       .polynomial_size = std::size_t{1} << log2_size,
                       .group = group});
        }
      }
    }
    return best_;
  }

 private:
  /// One GLWE shape: all decompositions of the bootstrap, few levels first.
  void visit_shape(ParameterSpec spec) {
    const std::size_t big = spec.glwe_dimension * spec.polynomial_size;
    spec.glwe_noise = tfhe::minimal_noise(big, problem_.security);
    if (!std::isfinite(spec.glwe_noise)) return;
    const Budget budget(problem_, tfhe::fresh_variance(spec.glwe_noise).value);
    if (!budget.feasible()) return;
    for (const Digits& digits : bootstrap_front(spec, space_.bootstrap_levels)) {
      spec.bootstrap = digits.decomposition;
      visit_dimensions(spec, digits.variance, budget);
    }
  }

  /// All small keys of one shape and bootstrap: more bits cost more and leave less to the switches.
  void visit_dimensions(ParameterSpec spec, double step_variance, const Budget& budget) {
    const std::size_t group = static_cast<std::size_t>(spec.group);
    const std::size_t smallest =
        std::max(space_.smallest_lwe_dimension, tfhe::minimal_dimension(problem_.security));
    const double bits = static_cast<double>(spec.glwe_dimension * spec.polynomial_size);
    const double step_seconds = tfhe::blind_rotation_step_seconds(spec, model_).value;
    const double linear = tfhe::linear_seconds(spec, problem_.linear_products, model_).value;
    const double bootstraps = static_cast<double>(problem_.bootstraps);
    for (std::size_t n = (smallest + group - 1) / group * group; n <= space_.largest_lwe_dimension;
         n += group) {
      const double steps = static_cast<double>(n / group);
      const double rotation = steps * step_seconds;
      if (linear + bootstraps * rotation >= best_seconds_) return;
      const double bootstrap = steps * step_variance;
      if (bootstrap > budget.bootstrap()) return;
      const double left = budget.left_by(
          bootstrap,
          tfhe::modulus_switch_variance(n, spec.polynomial_size, tfhe::ModulusSwitch::centred)
              .value);
      if (left <= 0.0) return;
      spec.lwe_dimension = n;
      visit_keyswitches(spec, left / bits, linear + bootstraps * rotation);
    }
  }

  /// The key switches of one small key, cheapest first.
  void visit_keyswitches(ParameterSpec& spec, double variance_per_bit, double seconds_without) {
    const KeyswitchFronts::Front& front = fronts_[spec.lwe_dimension];
    spec.lwe_noise = front.lwe_noise;
    for (const Digits& digits : front.digits) {
      if (digits.variance > variance_per_bit) continue;
      spec.keyswitch = digits.decomposition;
      const double seconds = seconds_without + static_cast<double>(problem_.bootstraps) *
                                                   tfhe::keyswitch_seconds(spec, model_).value;
      if (seconds >= best_seconds_) return;
      if (problem_.accepts && !problem_.accepts(spec)) continue;
      best_seconds_ = seconds;
      best_ = spec;
      return;
    }
  }

  const SearchProblem& problem_;
  const ParameterSpace& space_;
  const tfhe::CostModel& model_;
  KeyswitchFronts fronts_;
  std::optional<ParameterSpec> best_;
  double best_seconds_ = infinite;
};

/// Without tables: only fresh noise, and the price follows the key's size.
std::optional<ParameterSpec> smallest_key(const SearchProblem& problem,
                                          const ParameterSpace& space) {
  std::optional<ParameterSpec> best;
  for (int log2_size = space.largest_log2_size; log2_size >= space.smallest_log2_size;
       --log2_size) {
    for (std::size_t k = 1; k <= space.largest_glwe_dimension; ++k) {
      ParameterSpec spec{.glwe_dimension = k, .polynomial_size = std::size_t{1} << log2_size};
      const std::size_t bits = k * spec.polynomial_size;
      if (best && bits >= best->glwe_dimension * best->polynomial_size) continue;
      spec.glwe_noise = tfhe::minimal_noise(bits, problem.security);
      if (!std::isfinite(spec.glwe_noise)) continue;
      if (!Budget(problem, tfhe::fresh_variance(spec.glwe_noise).value).feasible()) continue;
      if (!problem.accepts || problem.accepts(spec)) best = spec;
    }
  }
  return best;
}

}  // namespace

std::optional<ParameterSpec> cheapest(const SearchProblem& problem, const ParameterSpace& space,
                                      const tfhe::CostModel& model) {
  if (problem.lookups.empty()) return smallest_key(problem, space);
  return Search(problem, space, model).run();
}

}  // namespace basalt::compile
