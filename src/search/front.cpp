#include "search/front.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace basalt::search {
namespace {

bool finite(const Losses& losses) {
  return std::ranges::all_of(losses, [](double loss) { return std::isfinite(loss); });
}

/// Number of the front of each entry, 0 the best.
std::vector<std::size_t> front_numbers(std::span<const Losses> losses) {
  constexpr std::size_t open = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> numbers(losses.size(), open);
  std::size_t assigned = 0;
  for (std::size_t number = 0; assigned < losses.size(); ++number) {
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < losses.size(); ++i) {
      if (numbers[i] != open) continue;
      bool beaten = false;
      for (std::size_t j = 0; j < losses.size() && !beaten; ++j) {
        beaten = numbers[j] == open && dominates(losses[j], losses[i]);
      }
      if (!beaten) front.push_back(i);
    }
    for (const std::size_t i : front) numbers[i] = number;
    assigned += front.size();
  }
  return numbers;
}

/// Crowding distance within one front.
void add_crowding(std::span<const Losses> losses, std::vector<std::size_t> front,
                  std::vector<double>& distance) {
  if (front.empty()) return;
  for (std::size_t axis = 0; axis < losses[front.front()].size(); ++axis) {
    std::ranges::stable_sort(
        front, [&](std::size_t a, std::size_t b) { return losses[a][axis] < losses[b][axis]; });
    const double width = losses[front.back()][axis] - losses[front.front()][axis];
    distance[front.front()] = distance[front.back()] = std::numeric_limits<double>::infinity();
    if (!(width > 0)) continue;
    for (std::size_t i = 1; i + 1 < front.size(); ++i) {
      distance[front[i]] += (losses[front[i + 1]][axis] - losses[front[i - 1]][axis]) / width;
    }
  }
}

/// Losses below the reference in every objective.
std::vector<Losses> inside(std::span<const Losses> losses, const Losses& reference) {
  std::vector<Losses> kept;
  for (const Losses& candidate : losses) {
    bool below = true;
    for (std::size_t axis = 0; axis < reference.size(); ++axis) {
      below = below && candidate[axis] < reference[axis];
    }
    if (below) kept.push_back(candidate);
  }
  return kept;
}

/// Slices along the last objective; each slice is a problem with one objective less.
double sliced_volume(std::vector<Losses> losses, const Losses& reference) {
  if (losses.empty()) return 0.0;
  const std::size_t last = reference.size() - 1;
  std::ranges::sort(losses, {}, [last](const Losses& one) { return one[last]; });
  if (last == 0) return reference[0] - losses.front()[0];
  const Losses lower(reference.begin(), reference.end() - 1);
  double volume = 0.0;
  std::vector<Losses> projected;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    projected.emplace_back(losses[i].begin(), losses[i].end() - 1);
    const double end = i + 1 < losses.size() ? losses[i + 1][last] : reference[last];
    const double depth = end - losses[i][last];
    if (depth > 0) volume += depth * sliced_volume(projected, lower);
  }
  return volume;
}

}  // namespace

bool dominates(const Losses& a, const Losses& b) {
  bool better = false;
  for (std::size_t axis = 0; axis < a.size(); ++axis) {
    if (a[axis] > b[axis]) return false;
    better = better || a[axis] < b[axis];
  }
  return better;
}

std::vector<std::size_t> pareto_front(std::span<const Losses> losses) {
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (!finite(losses[i])) continue;
    const bool beaten = std::ranges::any_of(
        losses, [&](const Losses& other) { return finite(other) && dominates(other, losses[i]); });
    if (!beaten) front.push_back(i);
  }
  return front;
}

std::vector<std::size_t> order_of_merit(std::span<const Losses> losses) {
  std::vector<std::size_t> sound, unsound;
  std::vector<Losses> compared;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    (finite(losses[i]) ? sound : unsound).push_back(i);
    if (finite(losses[i])) compared.push_back(losses[i]);
  }
  const std::vector<std::size_t> numbers = front_numbers(compared);
  std::vector<double> distance(compared.size(), 0.0);
  const std::size_t fronts = numbers.empty() ? 0 : std::ranges::max(numbers) + 1;
  for (std::size_t number = 0; number < fronts; ++number) {
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (numbers[i] == number) front.push_back(i);
    }
    add_crowding(compared, front, distance);
  }
  std::vector<std::size_t> order(compared.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return numbers[a] != numbers[b] ? numbers[a] < numbers[b] : distance[a] > distance[b];
  });
  for (std::size_t& index : order) index = sound[index];
  order.insert(order.end(), unsound.begin(), unsound.end());
  return order;
}

double hypervolume(std::span<const Losses> losses, const Losses& reference) {
  return reference.empty() ? 0.0 : sliced_volume(inside(losses, reference), reference);
}

}  // namespace basalt::search
