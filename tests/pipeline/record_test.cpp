#include "pipeline/record.hpp"

#include <gtest/gtest.h>

namespace basalt::pipeline::record_test {
namespace {

TEST(Record, DigestCoversResultsButNotTimings) {
  Record record;
  record.result["test_accuracy"] = 0.5;
  Record slower = record, better = record, failed = record;
  slower.timing["train"] = 9.0;
  better.result["test_accuracy"] = 0.6;
  failed.state = Record::State::failed;
  EXPECT_EQ(slower.digest(), record.digest());
  EXPECT_NE(better.digest(), record.digest());
  EXPECT_NE(failed.digest(), record.digest());
}

TEST(Record, TakesResultsOverEarlierOnes) {
  Record record;
  record.add({{"a", 1.0}, {"b", 2.0}});
  record.add({{"b", 3.0}});
  EXPECT_EQ(record.result, (std::map<std::string, double>{{"a", 1.0}, {"b", 3.0}}));
}

}  // namespace
}  // namespace basalt::pipeline::record_test
