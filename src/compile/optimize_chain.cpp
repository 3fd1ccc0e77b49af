// Extends chains of sets by one stage after the other and keeps the best of every kind.
#include "compile/optimize_chain.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "compile/search_digits.hpp"
#include "tfhe/noise.hpp"
#include "tfhe/security.hpp"

namespace basalt::compile {
namespace {

using tfhe::ParameterSpec;

/// A GLWE shape with the decomposition of its bootstrap; the small key is still open.
struct Shape {
  ParameterSpec spec;
  std::size_t big = 0;  ///< Bits of its key.
  double fresh = 0.0, step_variance = 0.0, step_seconds = 0.0;
};

/// Sets of the first stages.
struct Chain {
  std::vector<ParameterSpec> sets;
  double seconds = 0.0;
  double fresh = 0.0;   ///< Variance of an input.
  double table = 0.0;   ///< Variance of a value of the last stage.
  std::size_t big = 0;  ///< Bits of the last stage's key.
};

/// Whether `a` serves wherever `b` does, at no higher price. What later stages see of a chain is
/// the noise of its values and of inputs, and the key that their key switch starts from, whose bits
/// cost noise and time; so every continuation of `b` is also one of `a`.
bool beats(const Chain& a, const Chain& b) {
  return a.seconds <= b.seconds && a.table <= b.table && a.big <= b.big && a.fresh <= b.fresh;
}

/// Those that no other beats, cheapest first.
std::vector<Chain> best_of_every_kind(std::vector<Chain> chains) {
  std::ranges::sort(chains, {}, &Chain::seconds);
  std::vector<Chain> kept;
  for (Chain& chain : chains) {
    const bool beaten =
        std::ranges::any_of(kept, [&](const Chain& other) { return beats(other, chain); });
    if (!beaten) kept.push_back(std::move(chain));
  }
  return kept;
}

class ChainSearch {
 public:
  ChainSearch(const ChainProblem& problem, const ParameterSpace& space,
              const tfhe::CostModel& model, double bound)
      : problem_(problem),
        space_(space),
        model_(model),
        bound_(bound),
        fronts_(problem.security, space),
        shapes_(make_shapes()) {}

  /// Dynamic programming over the stages: chains for stages 0 to i, extended by one set each, of
  /// which only those that no other beats are kept. By beats() an optimal chain is among them.
  std::vector<Chain> run() {
    std::vector<Chain> chains{Chain{}};
    for (const StageProblem& stage : problem_.stages) {
      found_.clear();
      for (const Chain& chain : chains) {
        for (const Shape& shape : shapes_) extend(chain, shape, stage);
      }
      chains = best_of_every_kind(std::move(found_));
    }
    return chains;
  }

 private:
  std::vector<Shape> make_shapes() const {
    std::vector<Shape> shapes;
    for (int group = 1; group <= space_.largest_group; ++group) {
      for (int log2 = space_.smallest_log2_size; log2 <= space_.largest_log2_size; ++log2) {
        for (std::size_t k = 1; k <= space_.largest_glwe_dimension; ++k) {
          add_shapes(k, std::size_t{1} << log2, group, shapes);
        }
      }
    }
    return shapes;
  }

  void add_shapes(std::size_t k, std::size_t N, int group, std::vector<Shape>& shapes) const {
    Shape shape;
    shape.spec = {.glwe_dimension = k, .polynomial_size = N, .group = group};
    shape.big = k * N;
    shape.spec.glwe_noise = tfhe::minimal_noise(shape.big, problem_.security);
    if (!std::isfinite(shape.spec.glwe_noise)) return;
    shape.fresh = tfhe::fresh_variance(shape.spec.glwe_noise).value;
    for (const Digits& digits : bootstrap_front(shape.spec, space_.bootstrap_levels)) {
      shape.step_variance = digits.variance;
      shape.spec.bootstrap = digits.decomposition;
      shape.step_seconds = tfhe::blind_rotation_step_seconds(shape.spec, model_).value;
      shapes.push_back(shape);
    }
  }

  /// What a chain leaves to the next stage with a shape.
  struct Room {
    std::vector<NoiseLimit> lookups;  ///< Table gains: of the stage's own values.
    double bootstrap = infinite;      ///< Largest variance of the stage's values.
    bool any = true;
    double left_by(double own, double switched) const {
      double left = infinite;
      for (const NoiseLimit& limit : lookups) {
        left =
            std::min(left, limit.variance - limit.table_gain * own - limit.switch_gain * switched);
      }
      return left;
    }
  };

  static Room room_of(const Chain& chain, const Shape& shape, const StageProblem& stage) {
    // The limit of a table is on
    //   fresh_gain V_fresh + table_gain V_before + V_keyswitch + switch_gain V_switch.
    // V_before is the table noise of the stage before, which the chain fixes; in stage 0 it is the
    // stage's own, which depends on n and stays open (left_by).
    const bool first = chain.sets.empty();
    const double fresh = first ? shape.fresh : chain.fresh;
    Room room;
    for (const NoiseLimit& limit : stage.lookups) {
      const double before = first ? 0.0 : limit.table_gain * chain.table;
      const double rest = limit.variance - limit.fresh_gain * fresh - before;
      room.any = room.any && rest > 0.0;
      room.lookups.push_back({0.0, first ? limit.table_gain : 0.0, rest, limit.switch_gain});
    }
    // The limit of an output is on fresh_gain V_fresh + table_gain V_own.
    for (const NoiseLimit& limit : stage.outputs) {
      const double rest = limit.variance - limit.fresh_gain * fresh;
      room.any = room.any && rest >= 0.0;
      if (limit.table_gain > 0.0)
        room.bootstrap = std::min(room.bootstrap, rest / limit.table_gain);
    }
    return room;
  }

  /// All small keys for one more stage: those that are cheaper than every smaller one.
  void extend(const Chain& chain, const Shape& shape, const StageProblem& stage) {
    if (shape.spec.polynomial_size < (std::size_t{1} << stage.table_bits)) return;
    const Room room = room_of(chain, shape, stage);
    if (!room.any) return;
    const bool first = chain.sets.empty();
    const std::size_t source = first ? shape.big : chain.big;
    const std::size_t group = static_cast<std::size_t>(shape.spec.group);
    const std::size_t smallest =
        std::max(space_.smallest_lwe_dimension, tfhe::minimal_dimension(problem_.security));
    const double bootstraps = static_cast<double>(stage.bootstraps);
    const double before =
        chain.seconds + tfhe::linear_seconds(shape.spec, stage.linear_products, model_).value;
    double cheapest = bound_;
    ParameterSpec spec = shape.spec;
    for (std::size_t n = (smallest + group - 1) / group * group; n <= space_.largest_lwe_dimension;
         n += group) {
      // 1. Rotation: time and noise grow with n. The first n too dear or too noisy ends the loop.
      const double steps = static_cast<double>(n / group);
      const double rotated = before + bootstraps * steps * shape.step_seconds;
      const double own = steps * shape.step_variance;
      if (rotated >= cheapest || own > room.bootstrap) return;
      // 2. What rotation and modulus switch leave to the key switch shrinks with n, too.
      const double left = room.left_by(
          own, tfhe::modulus_switch_variance(n, spec.polynomial_size, tfhe::ModulusSwitch::centred)
                   .value);
      if (left <= 0.0) return;
      // 3. The cheapest key switch that fits; none: a larger n has less noise in its key.
      spec.lwe_dimension = n;
      if (!choose_keyswitch(left / static_cast<double>(source), spec)) continue;
      const double seconds =
          rotated + bootstraps * tfhe::keyswitch_seconds(spec, source, model_).value;
      if (seconds >= cheapest) continue;
      // 4. A larger n has noisier tables and no other virtue, so it must be cheaper.
      cheapest = seconds;
      Chain& longer = found_.emplace_back(chain);
      longer.sets.push_back(spec);
      longer.seconds = seconds;
      longer.fresh = first ? shape.fresh : chain.fresh;
      longer.table = own;
      longer.big = shape.big;
    }
  }

  /// The key switch of fewest levels that adds at most so much per bit of its source.
  bool choose_keyswitch(double variance_per_bit, ParameterSpec& spec) {
    const KeyswitchFronts::Front& front = fronts_[spec.lwe_dimension];
    spec.lwe_noise = front.lwe_noise;
    for (const Digits& digits : front.digits) {
      spec.keyswitch = digits.decomposition;
      if (digits.variance <= variance_per_bit) return true;
    }
    return false;
  }

  const ChainProblem& problem_;
  const ParameterSpace& space_;
  const tfhe::CostModel& model_;
  double bound_;
  KeyswitchFronts fronts_;
  std::vector<Shape> shapes_;
  std::vector<Chain> found_;
};

}  // namespace

std::optional<tfhe::ParameterChain> cheapest_chain(const ChainProblem& problem,
                                                   const ParameterSpace& space,
                                                   const tfhe::CostModel& model, double bound) {
  for (const Chain& chain : ChainSearch(problem, space, model, bound).run()) {
    const tfhe::ParameterChain parameters = tfhe::chain_of(chain.sets);
    if (!problem.accepts || problem.accepts(parameters)) return parameters;
  }
  return std::nullopt;
}

}  // namespace basalt::compile
