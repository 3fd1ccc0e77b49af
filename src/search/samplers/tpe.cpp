// The tree-structured Parzen estimator over the search space.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "search/front.hpp"
#include "search/sampler.hpp"

namespace basalt::search {
namespace {

// Two densities of settings are fitted to the trials so far, l(x) to the better ones and g(x) to
// the others. Expected improvement grows with l(x) / g(x), so candidates are drawn from l and the
// one with the largest ratio is tried. Axes are independent: log l - log g is a sum over them.
// Source: Bergstra, Bardenet, Bengio, Kegl, Algorithms for Hyper-Parameter Optimization, 2011,
// sec. 4.

constexpr std::size_t fewest_results = 8;  // below that points are spread evenly
constexpr int candidates = 24;
constexpr double good_share = 0.15;
constexpr std::size_t most_good = 25;

/// Normal distribution function.
double normal_below(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

/// Density on one axis, a mixture of one bump per observation and a wide one: normal bumps cut off
/// at 0 and 1 on intervals, smoothed frequencies on choices.
class Axis {
 public:
  Axis(const SpaceEntry& entry, const std::vector<const Trial*>& trials) : entry_(&entry) {
    if (const auto* choices = std::get_if<std::vector<SettingValue>>(&entry.domain)) {
      weights_.assign(choices->size(), 1.0);
      for (const Trial* trial : trials) ++weights_[choice_of(*choices, value_of(*trial))];
    } else {
      place_bumps(std::get<Interval>(entry.domain), trials);
    }
  }

  SettingValue draw(RandomStream& random) const {
    if (!weights_.empty()) {
      double total = 0.0;
      for (const double weight : weights_) total += weight;
      double rest = random.uniform() * total;
      std::size_t index = 0;
      while (index + 1 < weights_.size() && rest >= weights_[index]) rest -= weights_[index++];
      return numbered_value(*entry_, index);
    }
    // A mixture with equal weights: one bump by chance, then its cut-off normal by rejection.
    const Bump& bump = bumps_[random.below(bumps_.size())];
    double u = -1.0;
    while (u < 0.0 || u >= 1.0) u = bump.centre + bump.width * random.gaussian();
    return value_at(*entry_, u);
  }

  double log_density(const SettingValue& value) const {
    if (const auto* choices = std::get_if<std::vector<SettingValue>>(&entry_->domain)) {
      double total = 0.0;
      for (const double weight : weights_) total += weight;
      return std::log(weights_[choice_of(*choices, value)] / total);
    }
    const double u = position_of(std::get<Interval>(entry_->domain), value);
    double density = 0.0;
    for (const Bump& bump : bumps_) {
      const double z = (u - bump.centre) / bump.width;
      density += std::exp(-0.5 * z * z) / (bump.width * bump.inside);
    }
    return std::log(density / static_cast<double>(bumps_.size()) + 1e-300);
  }

 private:
  struct Bump {
    double centre = 0.5, width = 1.0;
    double inside = 1.0;  ///< Share of it that lies in [0, 1].
  };

  const SettingValue& value_of(const Trial& trial) const {
    return trial.outcome.task.configuration.at(entry_->key);
  }

  /// Widths are the larger distance to a neighbour, within limits that shrink with the number of
  /// observations.
  void place_bumps(const Interval& interval, const std::vector<const Trial*>& trials) {
    std::vector<double> centres;
    for (const Trial* trial : trials) centres.push_back(position_of(interval, value_of(*trial)));
    std::ranges::sort(centres);
    const double narrowest = 1.0 / std::min(100.0, 2.0 + static_cast<double>(centres.size()));
    for (std::size_t i = 0; i < centres.size(); ++i) {
      const double below = centres[i] - (i > 0 ? centres[i - 1] : 0.0);
      const double above = (i + 1 < centres.size() ? centres[i + 1] : 1.0) - centres[i];
      add_bump(centres[i], std::clamp(std::max(below, above), narrowest, 1.0));
    }
    add_bump(0.5, 1.0);
  }

  void add_bump(double centre, double width) {
    const double inside = normal_below((1.0 - centre) / width) - normal_below(-centre / width);
    bumps_.push_back({centre, width, inside});
  }

  const SpaceEntry* entry_;
  std::vector<double> weights_;
  std::vector<Bump> bumps_;
};

struct Density {
  std::vector<Axis> axes;

  Density(const SearchSpace& space, const std::vector<const Trial*>& trials) {
    for (const SpaceEntry& entry : space.entries()) axes.emplace_back(entry, trials);
  }
};

/// The better trials and the others; infeasible and failed ones are among the others.
std::pair<std::vector<const Trial*>, std::vector<const Trial*>> divided(
    std::span<const Trial> results) {
  std::vector<const Trial*> feasible, good, others;
  std::vector<Losses> losses;
  for (const Trial& trial : results) {
    (trial.feasible ? feasible : others).push_back(&trial);
    if (trial.feasible) losses.push_back(trial.losses);
  }
  // Step 1: the best 15 %, at most 25. With several objectives merit is the order of fronts.
  const auto share =
      static_cast<std::size_t>(std::ceil(good_share * static_cast<double>(results.size())));
  const std::size_t wanted = std::min({share, most_good, feasible.size()});
  const std::vector<std::size_t> order = order_of_merit(losses);
  for (std::size_t i = 0; i < order.size(); ++i) {
    (i < wanted ? good : others).push_back(feasible[order[i]]);
  }
  return {good, others};
}

struct Candidate {
  double merit = 0.0;
  Configuration configuration;
};

std::vector<Candidate> drawn_candidates(const SearchSpace& space, const KnownTrials& known,
                                        RandomStream random) {
  const auto [good, others] = divided(known.results);
  // Step 2: l and g. Step 3: candidates from l, in the order of log l(x) - log g(x).
  const Density better(space, good), rest(space, others);
  std::vector<Candidate> drawn(candidates);
  for (Candidate& candidate : drawn) {
    for (std::size_t axis = 0; axis < space.dimensions(); ++axis) {
      const SettingValue value = better.axes[axis].draw(random);
      candidate.merit += better.axes[axis].log_density(value) - rest.axes[axis].log_density(value);
      candidate.configuration[space.entries()[axis].key] = value;
    }
  }
  std::ranges::stable_sort(drawn, std::ranges::greater(), &Candidate::merit);
  return drawn;
}

}  // namespace

Sampler tpe_sampler(const SearchSpace& space, Seed seed) {
  const Sampler start = sobol_sampler(space, seed);
  const RandomStream random = RandomStream(seed).child("tpe sampler");
  return [=](const KnownTrials& known, TrialId trial) {
    // Step 0: too few trials to learn from. Step 4: the best candidate that was not tried before.
    if (known.results.size() < fewest_results) return start(known, trial);
    const auto drawn = drawn_candidates(space, known, random.child("trial", trial));
    return first_new(space, known, candidates, [&](int attempt) {
      return drawn[static_cast<std::size_t>(attempt)].configuration;
    });
  };
}

}  // namespace basalt::search
