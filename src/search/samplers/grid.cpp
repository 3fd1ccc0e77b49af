// Every combination of the searched values, once.
#include <algorithm>
#include <cmath>

#include "search/sampler.hpp"

namespace basalt::search {
namespace {

/// Number of values per axis: all of a discrete one; of the continuous ones as many, the same for
/// each and at least 2, as keep the product at `trials` or below.
std::vector<std::uint64_t> steps_of(const SearchSpace& space, std::uint64_t trials) {
  std::uint64_t discrete = 1, continuous = 0;
  for (std::size_t axis = 0; axis < space.dimensions(); ++axis) {
    const auto values = space.count(axis);
    if (!values) ++continuous;
    if (values) discrete *= std::min<std::uint64_t>(*values, trials);
    discrete = std::min(discrete, trials);  // more are thinned out anyway; this cannot overflow
  }
  std::uint64_t steps = 2;
  const auto room = static_cast<double>(trials / discrete);
  while (std::pow(static_cast<double>(steps + 1), static_cast<double>(continuous)) <= room &&
         continuous > 0) {
    ++steps;
  }
  std::vector<std::uint64_t> counts;
  for (std::size_t axis = 0; axis < space.dimensions(); ++axis) {
    counts.push_back(space.count(axis).value_or(steps));
  }
  return counts;
}

SettingValue grid_value(const SearchSpace& space, std::size_t axis, std::uint64_t number,
                        std::uint64_t steps) {
  const SpaceEntry& entry = space.entries()[axis];
  if (space.count(axis)) return numbered_value(entry, number);
  return value_at(entry, static_cast<double>(number) / static_cast<double>(steps - 1));
}

}  // namespace

Sampler grid_sampler(const SearchSpace& space, std::uint64_t trials) {
  const std::vector<std::uint64_t> counts = steps_of(space, trials);
  long double total = 1;
  for (const std::uint64_t count : counts) total *= static_cast<long double>(count);
  const long double shown = std::min(total, static_cast<long double>(trials));
  return [=](const KnownTrials&, TrialId trial) -> std::optional<Configuration> {
    if (static_cast<long double>(trial) >= shown) return std::nullopt;
    auto rest = static_cast<std::uint64_t>(
        std::min(std::floor(static_cast<long double>(trial) * (total / shown)), 0x1p62L));
    Configuration configuration;
    for (std::size_t axis = space.dimensions(); axis-- > 0;) {
      configuration[space.entries()[axis].key] =
          grid_value(space, axis, rest % counts[axis], counts[axis]);
      rest /= counts[axis];
    }
    return configuration;
  };
}

}  // namespace basalt::search
