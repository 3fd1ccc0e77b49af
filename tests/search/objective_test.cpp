#include "search/objective.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::search::objective_test {
namespace {

pipeline::Record record(double accuracy, double bits) {
  pipeline::Record made;
  made.result = {{"test_accuracy", accuracy}, {"max_bits", bits}};
  return made;
}

TEST(Objective, BecomesALossThatIsSmallerWhenBetter) {
  const Criteria criteria({"test_accuracy", "-max_bits"}, {});
  EXPECT_EQ(criteria.losses(record(0.9, 5)), (Losses{-0.9, 5}));
}

TEST(Objective, IsInfiniteWhereThereIsNoResult) {
  const Criteria criteria({"test_accuracy", "r2"}, {});
  EXPECT_TRUE(std::isinf(criteria.losses(record(0.9, 5))[1]));
  pipeline::Record failed = record(0.9, 5);
  failed.state = pipeline::Record::State::failed;
  EXPECT_TRUE(std::isinf(criteria.losses(failed)[0]));
}

TEST(Objective, IsRefusedWithoutAName) {
  expect_error(ErrorCode::invalid_argument, "expected the name of a", [&] { objective_from("-"); });
  expect_error(ErrorCode::invalid_argument, "expected the name of a", [&] { objective_from(""); });
}

TEST(Constraint, ReadsEveryRelation) {
  EXPECT_TRUE(constraint_from("max_bits <= 5").holds(5));
  EXPECT_FALSE(constraint_from("max_bits < 5").holds(5));
  EXPECT_TRUE(constraint_from("max_bits==5").holds(5));
  EXPECT_TRUE(constraint_from("test_accuracy >= 0.9").holds(0.9));
  EXPECT_FALSE(constraint_from("test_accuracy > 9e-1").holds(0.9));
}

TEST(Constraint, RefusesWhatItCannotRead) {
  for (const char* text : {"", "max_bits", "max_bits <= five", "<= 5", "max_bits <= 5 6"}) {
    try {
      constraint_from(text);
      ADD_FAILURE() << text << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.subject(), "constraints");
    }
  }
}

TEST(Criteria, PutsFeasibleRecordsBeforeBetterOnesThatBreakAConstraint) {
  const Criteria criteria({"test_accuracy"}, {"max_bits <= 5"});
  const pipeline::Record good = record(0.99, 6), fair = record(0.8, 5), better = record(0.9, 4);
  EXPECT_EQ(criteria.order({&good, &fair, &better}), (std::vector<std::size_t>{2, 1, 0}));
  EXPECT_FALSE(criteria.feasible(good));
}

}  // namespace
}  // namespace basalt::search::objective_test
