#include "learn/data/dataset.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::learn::dataset_test {
namespace {

/// Rows with features (row, -row), classes in the shares 6 : 3 : 1.
Dataset toy(std::size_t rows) {
  Dataset data;
  data.classes = {"a", "b", "c"};
  data.features.resize(static_cast<Eigen::Index>(rows), 2);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto i = static_cast<Eigen::Index>(row);
    data.features(i, 0) = static_cast<double>(row);
    data.features(i, 1) = -static_cast<double>(row);
    data.labels.push_back(row % 10 < 6 ? 0 : row % 10 < 9 ? 1 : 2);
  }
  return data;
}

TEST(Dataset, HasAnIdThatCoversItsContent) {
  Dataset data = toy(20);
  const Digest before = data.id();

  data.labels[3] = 2;

  EXPECT_NE(data.id(), before);
  data.labels[3] = 0;
  EXPECT_EQ(data.id(), before);
  data.image = ImageShape{1, 2, 1};
  EXPECT_NE(data.id(), before);
}

TEST(TakeRows, KeepsTheGivenOrder) {
  const Dataset taken = take_rows(toy(20), {7, 3, 7});

  EXPECT_EQ(taken.rows(), 3U);
  EXPECT_EQ(taken.features(0, 0), 7.0);
  EXPECT_EQ(taken.features(1, 1), -3.0);
  EXPECT_EQ(taken.labels, (std::vector<std::int32_t>{1, 0, 1}));
  expect_error(ErrorCode::invalid_argument, "of a dataset of", [&] { take_rows(toy(20), {20}); });
}

TEST(Split, PutsEveryRowInExactlyOnePart) {
  const Split parts = split(toy(101), 0.25, false, RandomStream(Seed{1}));

  EXPECT_EQ(parts.test.rows(), 26U);
  std::vector<std::size_t> all = parts.train_rows;
  all.insert(all.end(), parts.test_rows.begin(), parts.test_rows.end());
  std::ranges::sort(all);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], i);
  for (std::size_t i = 0; i < parts.test_rows.size(); ++i) {
    EXPECT_EQ(parts.test.features(static_cast<Eigen::Index>(i), 0),
              static_cast<double>(parts.test_rows[i]));
  }
}

TEST(Split, KeepsTheShareOfEveryClassWhenStratified) {
  const Split parts = split(toy(1000), 0.25, true, RandomStream(Seed{1}));

  EXPECT_EQ(parts.test.rows(), 250U);
  EXPECT_EQ(std::ranges::count(parts.test.labels, 0), 150);
  EXPECT_EQ(std::ranges::count(parts.test.labels, 1), 75);
  EXPECT_EQ(std::ranges::count(parts.test.labels, 2), 25);
}

TEST(Split, NamesTheClassThatIsTooRareToStratify) {
  Dataset data = toy(30);
  std::ranges::replace(data.labels, 2, 0);
  data.labels[7] = 2;
  try {
    (void)split(data, 0.25, true, RandomStream(Seed{1}));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("\"c\" has 1"), std::string::npos) << error.what();
    EXPECT_EQ(error.subject(), "stratify");
  }
}

TEST(Split, DependsOnItsStreamOnly) {
  const auto rows = [](std::uint64_t seed) {
    return split(toy(100), 0.2, true, RandomStream(Seed{seed})).test_rows;
  };

  EXPECT_EQ(rows(4), rows(4));
  EXPECT_NE(rows(4), rows(5));
}

TEST(Split, RefusesWhatLeavesAPartEmpty) {
  expect_error(ErrorCode::invalid_argument, "expected above",
               [&] { split(toy(10), 0.0, false, RandomStream(Seed{1})); });
  expect_error(ErrorCode::invalid_argument, "expected above",
               [&] { split(toy(10), 1.0, false, RandomStream(Seed{1})); });
  expect_error(ErrorCode::invalid_argument, "needs at least",
               [&] { split(toy(10), 0.5, true, RandomStream(Seed{1})); });  // one row of class c
  expect_error(ErrorCode::invalid_argument, "leave one part empty",
               [&] { split(toy(1), 0.5, false, RandomStream(Seed{1})); });
}

TEST(Standardizer, GivesMeanZeroAndDeviationOne) {
  const Dataset data = toy(50);

  const Matrix<double> scaled = Standardizer::fit(data.features).apply(data.features);

  EXPECT_NEAR(scaled.col(0).mean(), 0.0, 1e-12);
  EXPECT_NEAR(std::sqrt(scaled.col(0).array().square().mean()), 1.0, 1e-12);
}

TEST(Standardizer, MapsAConstantFeatureToZero) {
  Matrix<double> features = Matrix<double>::Constant(7, 1, 0.1);

  const Matrix<double> scaled = Standardizer::fit(features).apply(features);

  EXPECT_EQ(scaled.cwiseAbs().maxCoeff(), 0.0);
}

TEST(Standardizer, RefusesRowsOfAnotherWidth) {
  expect_error(ErrorCode::mismatch, "features, it was fitted on",
               [&] { Standardizer::identity(3).apply(Matrix<double>::Zero(2, 4)); });
}

}  // namespace
}  // namespace basalt::learn::dataset_test
