#include "search/front.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.hpp"

namespace basalt::search::front_test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
using Indices = std::vector<std::size_t>;

TEST(ParetoFront, HoldsWhatNothingDominates) {
  const std::vector<Losses> losses{{1, 5}, {2, 3}, {2, 4}, {4, 1}, {5, 5}};
  EXPECT_EQ(pareto_front(losses), (Indices{0, 1, 3}));
}

TEST(ParetoFront, KeepsAllEqualOnesAndNothingInfinite) {
  const std::vector<Losses> losses{{1, 1}, {infinity, 0}, {1, 1}, {1, 2}};
  EXPECT_EQ(pareto_front(losses), (Indices{0, 2}));
  EXPECT_TRUE(pareto_front(std::vector<Losses>{}).empty());
}

TEST(ParetoFront, OfOneObjectiveHoldsTheBest) {
  EXPECT_EQ(pareto_front(std::vector<Losses>{{3}, {1}, {2}, {1}}), (Indices{1, 3}));
}

TEST(OrderOfMerit, OfOneObjectiveSortsByLossAndTiesByIndex) {
  EXPECT_EQ(order_of_merit(std::vector<Losses>{{3}, {1}, {infinity}, {2}, {1}}),
            (Indices{1, 4, 3, 0, 2}));
}

TEST(OrderOfMerit, PutsBetterFrontsFirstAndIsolatedTrialsAheadInAFront) {
  const std::vector<Losses> losses{{9, 9}, {0, 10}, {4, 5}, {5, 4.5}, {10, 0}};
  // 1 and 4 are the ends of the first front, 2 and 3 lie between them, 0 is dominated.
  EXPECT_EQ(order_of_merit(losses), (Indices{1, 4, 3, 2, 0}));
}

TEST(Hypervolume, IsTheAreaBelowTheReference) {
  const std::vector<Losses> losses{{1, 3}, {2, 2}, {3, 1}, {3, 3}, {5, 0}};
  EXPECT_DOUBLE_EQ(hypervolume(losses, {4, 4}), 3 + 2 + 1.0);
  EXPECT_DOUBLE_EQ(hypervolume(std::vector<Losses>{{2}}, {5}), 3.0);
  EXPECT_DOUBLE_EQ(hypervolume(std::vector<Losses>{}, {5}), 0.0);
}

TEST(Hypervolume, AgreesWithCountingPointsInThreeDimensions) {
  RandomStream random(Seed{3});
  std::vector<Losses> losses;
  for (int i = 0; i < 12; ++i) {
    losses.push_back({random.uniform(), random.uniform(), random.uniform()});
  }
  constexpr int draws = 200000;
  int hits = 0;
  for (int i = 0; i < draws; ++i) {
    const Losses point{random.uniform(), random.uniform(), random.uniform()};
    hits += std::ranges::any_of(losses, [&](const Losses& one) {
      return one[0] <= point[0] && one[1] <= point[1] && one[2] <= point[2];
    });
  }
  // 5 standard deviations of a share of 200,000 draws: wrong less often than 1e-6.
  EXPECT_NEAR(hypervolume(losses, {1, 1, 1}), static_cast<double>(hits) / draws,
              5 * 0.5 / std::sqrt(draws));
}

}  // namespace
}  // namespace basalt::search::front_test
