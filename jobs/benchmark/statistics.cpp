#include "jobs/benchmark/statistics.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace basalt::jobs {
namespace {

std::vector<double> sorted(std::span<const double> samples) {
  require(!samples.empty(), ErrorCode::invalid_argument, "statistics: there are no samples");
  std::vector<double> ordered(samples.begin(), samples.end());
  std::ranges::sort(ordered);
  return ordered;
}

/// Share of all orders of n and m values for which U is k, for every k in [0, n * m].
std::vector<double> distribution_of_u(std::size_t n, std::size_t m) {
  // shares[i] belongs to i values of the first set and j of the second; the largest of all values
  // is of the first set with probability i / (i + j), and then beats j values.
  std::vector<std::vector<double>> shares(n + 1, std::vector<double>(n * m + 1, 0.0));
  for (std::size_t i = 0; i <= n; ++i) shares[i][0] = 1.0;
  for (std::size_t j = 1; j <= m; ++j) {
    for (std::size_t i = 1; i <= n; ++i) {
      const double first = static_cast<double>(i) / static_cast<double>(i + j);
      std::vector<double> next(n * m + 1, 0.0);
      for (std::size_t u = 0; u <= i * j; ++u) {
        if (u >= j) next[u] += first * shares[i - 1][u - j];
        next[u] += (1.0 - first) * shares[i][u];
      }
      shares[i] = std::move(next);
    }
  }
  return shares[n];
}

}  // namespace

double median(std::span<const double> samples) {
  const std::vector<double> ordered = sorted(samples);
  const std::size_t middle = ordered.size() / 2;
  if (ordered.size() % 2 == 1) return ordered[middle];
  return 0.5 * (ordered[middle - 1] + ordered[middle]);
}

MedianInterval median_interval(std::span<const double> samples) {
  const std::vector<double> ordered = sorted(samples);
  const auto n = static_cast<double>(ordered.size());
  // The median lies below the k-th smallest value with probability P(Binomial(n, 1/2) < k).
  double term = std::pow(0.5, n), below = 0.0;
  std::size_t k = 0;
  while (k < ordered.size() / 2 && 2.0 * (below + term) <= 0.05) {
    below += term;
    term *= (n - static_cast<double>(k)) / static_cast<double>(k + 1);
    ++k;
  }
  const std::size_t rank = k == 0 ? 0 : k - 1;
  return {ordered[rank], ordered[ordered.size() - 1 - rank]};
}

double mann_whitney(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) return 1.0;
  double u = 0.0;
  for (const double x : a) {
    for (const double y : b) u += x > y ? 1.0 : x == y ? 0.5 : 0.0;
  }
  const double pairs = static_cast<double>(a.size()) * static_cast<double>(b.size());
  const double extreme = std::min(u, pairs - u);
  const std::vector<double> shares = distribution_of_u(a.size(), b.size());
  double tail = 0.0;
  for (std::size_t k = 0; k < shares.size() && static_cast<double>(k) <= extreme; ++k) {
    tail += shares[k];
  }
  return std::min(1.0, 2.0 * tail);
}

}  // namespace basalt::jobs
