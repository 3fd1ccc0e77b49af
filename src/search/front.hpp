// Comparing trials by several objectives: fronts, ranks, hypervolume.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace basalt::search {

/// Losses of one trial; smaller is better in each.
using Losses = std::vector<double>;

/// Whether `a` is nowhere worse than `b` and somewhere better.
bool dominates(const Losses& a, const Losses& b);

/// Indices of the losses that none of the others dominates, ascending. Equal ones are all on the
/// front; losses that are not finite never are.
std::vector<std::size_t> pareto_front(std::span<const Losses> losses);

/// Indices in order of merit: fronts from best to worst, within a front the most isolated first
/// (crowding distance), ties by index; with one objective simply by loss. Losses that are not
/// finite come last.
/// Source: Deb et al., NSGA-II (2002), fast non-dominated sorting and crowding distance.
std::vector<std::size_t> order_of_merit(std::span<const Losses> losses);

/// Volume of what the losses dominate up to `reference`, exactly. Losses beyond the reference add
/// nothing.
/// Cost: exponential in the number of objectives, quick for two to four.
double hypervolume(std::span<const Losses> losses, const Losses& reference);

}  // namespace basalt::search
