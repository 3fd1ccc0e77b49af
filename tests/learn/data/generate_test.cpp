#include "learn/data/generate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::generate_test {
namespace {

Dataset made(const std::string& kind, std::size_t rows, std::uint64_t seed) {
  return generate(kind, rows, RandomStream(Seed{seed}));
}

TEST(Generate, GivesExactlyTheRowsAskedForWithAllClassesPresent) {
  for (const std::string& kind : generator_names()) {
    for (const std::size_t rows : {7, 100, 500}) {
      const Dataset data = made(kind, rows, 3);
      ASSERT_EQ(data.rows(), rows) << kind;
      ASSERT_EQ(data.feature_names.size(), data.columns()) << kind;
      ASSERT_TRUE(data.features.allFinite()) << kind;
      if (data.task == Task::regression) {
        EXPECT_EQ(data.targets.rows(), static_cast<Eigen::Index>(rows));
        continue;
      }
      const std::set<std::int32_t> seen(data.labels.begin(), data.labels.end());
      EXPECT_EQ(seen.size(), data.classes.size()) << kind << " " << rows;
    }
  }
}

TEST(Generate, DependsOnTheSeedAndOnNothingElse) {
  for (const std::string& kind : generator_names()) {
    EXPECT_EQ(made(kind, 200, 5).features, made(kind, 200, 5).features) << kind;
    EXPECT_NE(made(kind, 200, 5).features, made(kind, 200, 6).features) << kind;
  }
}

TEST(Generate, CheckerboardOf10000RowsIsTheNoisyGridOf100By100) {
  const Dataset data = made("checkerboard", 10000, 1);

  Eigen::Index wrong = 0, row = 0;
  double squares = 0.0;
  for (int y = 0; y < 100; ++y) {
    for (int x = 0; x < 100; ++x, ++row) {
      const double clean_x = x / 99.0, clean_y = y / 99.0;
      const bool odd_x =
          clean_x > 1 / 6.0 && clean_x<0.5, odd_y = clean_y> 1 / 6.0 && clean_y < 0.5;
      const bool far_x = clean_x > 5 / 6.0, far_y = clean_y > 5 / 6.0;
      wrong += data.labels[static_cast<std::size_t>(row)] != ((odd_x || far_x) != (odd_y || far_y));
      squares += std::pow(data.features(row, 0) - clean_x, 2) +
                 std::pow(data.features(row, 1) - clean_y, 2);
    }
  }

  EXPECT_EQ(wrong, 0);
  // 20,000 draws: the relative deviation of the variance is 1 %; 6 % is six deviations.
  EXPECT_NEAR(squares / 20000.0, 1e-4, 6e-6);
}

TEST(Generate, TheBestRuleForTheCheckerboardReachesItsPublishedCeiling) {
  const Dataset data = made("checkerboard", 10000, 2);
  int right = 0;
  for (std::size_t row = 0; row < data.rows(); ++row) {
    const auto x = data.features.row(static_cast<Eigen::Index>(row));
    const int cells = static_cast<int>(std::nearbyint(3 * x(0)) + std::nearbyint(3 * x(1)));
    right += data.labels[row] == (cells & 1);
  }
  EXPECT_NEAR(right / 10000.0, 0.9555, 6 * 0.0018);
}

TEST(Generate, RefusesUnknownKindsWithTheNearestName) {
  try {
    made("checkerbord", 100, 1);
    FAIL() << "an unknown kind was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), "generate");
    EXPECT_NE(std::string(error.what()).find("did you mean \"checkerboard\""), std::string::npos);
  }
  expect_error(ErrorCode::invalid_argument, "rows, expected", [&] { made("moons", 3, 1); });
}

}  // namespace
}  // namespace basalt::learn::generate_test
