// Samplers: which configuration a trial tries, as a pure function of what it may know.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>

#include "base/random.hpp"
#include "search/search_space.hpp"
#include "search/trial.hpp"

namespace basalt::search {

/// What a trial may know.
struct KnownTrials {
  /// The ended trials at least a window before it, in trial order; empty unless the sampler adapts.
  std::span<const Trial> results;
  /// Configurations of all trials before it, as text.
  const std::unordered_set<std::string>& proposed;
};

/// The configuration of a trial; none if the space is exhausted. It depends on its arguments only,
/// not on ranks, times or calls before, and does not repeat a configuration.
using Sampler = std::function<std::optional<Configuration>(const KnownTrials&, TrialId)>;

/// Every combination once; intervals of real numbers are cut into equal steps, as many as `trials`
/// allows. If there are more than `trials`, they are thinned out evenly.
Sampler grid_sampler(const SearchSpace& space, std::uint64_t trials);
/// Independent uniform draws.
Sampler random_sampler(const SearchSpace& space, Seed seed);
/// Scrambled Sobol points, spread more evenly than draws.
/// Errors: invalid_argument above 64 searched settings.
/// Source: Joe and Kuo (2008), direction numbers; Burley, Practical hash-based Owen scrambling
///         (2020).
Sampler sobol_sampler(const SearchSpace& space, Seed seed);
/// Tree-structured Parzen estimator: Sobol points until results are there, then the candidate that
/// resembles the better results most and the others least.
/// Source: Bergstra et al., Algorithms for hyper-parameter optimization (2011).
Sampler tpe_sampler(const SearchSpace& space, Seed seed);

/// The sampler that a campaign names.
Sampler make_sampler(const Campaign& campaign);
/// Whether proposals of the sampler with this name depend on results.
bool adapts(const std::string& sampler);

/// The first of up to `attempts` proposals that is new; failing that the first new configuration of
/// a finite space by number.
std::optional<Configuration> first_new(const SearchSpace& space, const KnownTrials& known,
                                       int attempts,
                                       const std::function<Configuration(int attempt)>& propose);

}  // namespace basalt::search
