// Rows to train on and test rows: shares, rows of their own, first rows only.
#include "pipeline/data.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "learn/data/generate.hpp"

namespace basalt::pipeline::data_test {
namespace {

learn::Dataset moons(std::size_t rows, std::uint64_t seed) {
  return learn::generate("moons", rows, RandomStream(Seed{seed}));
}

/// The message of the refusal, after a check of its subject.
template <class Step>
std::string refusal(const std::string& subject, Step step) {
  try {
    step();
  } catch (const Error& error) {
    EXPECT_EQ(error.subject(), subject);
    return error.what();
  }
  return "accepted";
}

TEST(Data, IsKnownByItsRowsAndItsTestRows) {
  const Data alone(moons(40, 1));
  const Data tested(moons(40, 1), moons(20, 2));
  const Data otherwise(moons(40, 1), moons(20, 3));

  EXPECT_EQ(alone.id(), moons(40, 1).id());
  EXPECT_NE(tested.id(), alone.id());
  EXPECT_NE(tested.id(), otherwise.id());
}

TEST(Split, TestRowsOfTheirOwnLeaveAllOthersToTrain) {
  DataSpec spec;
  spec.test_share = 0.9;

  const learn::Split parts = split(Data(moons(40, 1), moons(20, 2)), spec);

  EXPECT_EQ(parts.train.id(), moons(40, 1).id());
  EXPECT_EQ(parts.test.id(), moons(20, 2).id());
  EXPECT_EQ(parts.train_rows.size(), 40U);
  EXPECT_EQ(parts.test_rows.size(), 20U);
}

TEST(Split, TrainRowsAreTheFirstOfThoseToTrainOn) {
  DataSpec spec;
  spec.train_rows = 10;

  const learn::Split own = split(Data(moons(40, 1), moons(20, 2)), spec);
  const learn::Split shared = split(Data(moons(40, 1)), spec);

  ASSERT_EQ(own.train.rows(), 10U);
  EXPECT_EQ(own.train.features, moons(40, 1).features.topRows(10));
  EXPECT_EQ(own.test.rows(), 20U);
  EXPECT_EQ(shared.train.rows(), 10U);
  EXPECT_EQ(shared.train_rows.size(), 10U);
  EXPECT_EQ(shared.test.rows(), 10U) << "a quarter of all, whatever is trained on";
  spec.train_rows = 41;
  const std::string message = refusal("train_rows", [&] { split(Data(moons(40, 1)), spec); });
  EXPECT_NE(message.find("\"train_rows\" is 41, but there are 30 rows"), std::string::npos)
      << message;
}

TEST(RequireAlike, NamesWhatIsDifferent) {
  const learn::Dataset train = moons(40, 1);
  learn::Dataset wide = moons(20, 2);
  wide.features = Matrix<double>(wide.features.leftCols(1));
  learn::Dataset renamed = moons(20, 2);
  renamed.feature_names[1] = "height";
  const learn::Dataset values = learn::generate("smooth", 20, RandomStream(Seed{1}));
  const std::pair<learn::Dataset, const char*> cases[] = {{wide, "has 1 features"},
                                                          {renamed, "\"height\" as feature 1"},
                                                          {values, "has values"},
                                                          {train, "the very rows"}};

  EXPECT_NO_THROW(require_alike(train, moons(20, 2)));
  for (const auto& [test, words] : cases) {
    const learn::Dataset& other = test;
    const std::string message = refusal("test_file", [&] { require_alike(train, other); });
    EXPECT_NE(message.find(words), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace basalt::pipeline::data_test
