#include "io/import/csv.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::csv_test {
namespace {

using learn::Task;
using testing_support::TemporaryFolder;

class Csv : public ::testing::Test {
 protected:
  learn::Dataset import(const std::string& text, const std::string& label,
                        std::optional<Task> task = std::nullopt) {
    std::ofstream(folder_.file("table.csv"), std::ios::binary) << text;
    return import_csv(folder_.file("table.csv"), label, task);
  }

  /// The error of an import that must fail.
  Error refusal(const std::string& text, const std::string& label,
                std::optional<Task> task = std::nullopt) {
    try {
      import(text, label, task);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "accepted: " << text;
    return Error(ErrorCode::internal, "none");
  }

  TemporaryFolder folder_;
};

void expect_words(const Error& error, std::initializer_list<const char*> words) {
  for (const char* word : words) {
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos)
        << word << " in: " << error.what();
  }
}

TEST_F(Csv, ReadsAHeaderAndALabelByName) {
  const learn::Dataset data = import("a,kind,b\n1,x,2.5\n-3e2,y,+4\n", "kind");

  EXPECT_EQ(data.task, Task::classification);
  EXPECT_EQ(data.feature_names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(data.classes, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(data.labels, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(data.features(1, 0), -300.0);
  EXPECT_EQ(data.features(0, 1), 2.5);
  EXPECT_EQ(data.features(1, 1), 4.0);
}

TEST_F(Csv, TakesThePositionOfTheLabelFromBothEnds) {
  const std::string text = "1;2;b\n3;4;a\n5;6;b\n";

  const learn::Dataset last = import(text, "-1");
  const learn::Dataset same = import(text, "2");
  const learn::Dataset first = import("7\t1\n8\t2\n", "0");

  EXPECT_EQ(last.labels, (std::vector<std::int32_t>{1, 0, 1}));
  EXPECT_EQ(last.labels, same.labels);
  EXPECT_TRUE(last.feature_names.empty());
  EXPECT_EQ(first.features(1, 0), 2.0);
}

TEST_F(Csv, ReadsQuotesCarriageReturnsAndAByteOrderMark) {
  const learn::Dataset data =
      import("\xEF\xBB\xBF\"a,1x\",\"t\"\"t\"\r\n1,\"two\nlines\"\r\n\r\n2,plain\r\n", "t\"t");

  EXPECT_EQ(data.feature_names, (std::vector<std::string>{"a,1x"}));
  EXPECT_EQ(data.classes, (std::vector<std::string>{"plain", "two\nlines"}));
  EXPECT_EQ(data.rows(), 2U);
}

TEST_F(Csv, SortsNumericClassesByValue) {
  const learn::Dataset data = import("1,10\n2,9\n3,100\n4,9.0\n", "-1");
  EXPECT_EQ(data.classes, (std::vector<std::string>{"9", "10", "100"}));
  EXPECT_EQ(data.labels, (std::vector<std::int32_t>{1, 0, 2, 0}));
}

TEST_F(Csv, GuessesOrObeysTheTask) {
  EXPECT_EQ(import("1,0.5\n2,1.25\n", "-1").task, Task::regression);
  EXPECT_EQ(import("1,3\n2,4\n", "-1").task, Task::classification);
  const learn::Dataset forced = import("1,3\n2,4\n", "-1", Task::regression);
  EXPECT_EQ(forced.targets(1, 0), 4.0);
  EXPECT_TRUE(forced.labels.empty());
  EXPECT_TRUE(forced.classes.empty());
}

TEST_F(Csv, ReadsSeveralTargetsOfARegression) {
  const std::string text = "tall,a,wide,b\n1,2,3,4\n5,6,7,8.5\n";
  const learn::Dataset data = import(text, "wide, tall"), same = import(text, "2,-4");

  EXPECT_EQ(data.task, Task::regression);
  EXPECT_EQ(data.feature_names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(data.targets, (Matrix<double>(2, 2) << 3, 1, 7, 5).finished());
  EXPECT_EQ(data.features, (Matrix<double>(2, 2) << 2, 4, 6, 8.5).finished());
  EXPECT_EQ(data.id(), same.id());
  EXPECT_EQ(import("\"x,y\",z\n1,2\n", "x,y", Task::regression).targets.cols(), 1);
}

TEST_F(Csv, RefusesSeveralLabelsThatAreNoTargets) {
  const std::string text = "a,b,c\n1,2,x\n3,4,y\n";
  for (const char* label : {"a,b,d", "a,", "a,a"}) {
    EXPECT_EQ(refusal(text, label).subject(), "label") << label;
  }
  expect_words(refusal(text, ""), {"name is empty"});
  expect_words(refusal(text, "a,,b"), {"name is empty"});
  expect_words(refusal(text, "a,a"), {"\"a\" twice"});
  expect_words(refusal(text, "a,b", Task::classification), {"2 columns", "one label"});
  expect_words(refusal(text, "a,b,c"), {"3 columns", "features beside"});
  expect_words(refusal(text, "a,c"), {"table.csv:2", "\"c\" is \"x\""});
}

TEST_F(Csv, NamesFileLineAndColumnOfABadCell) {
  const std::string text = "a,b,target\n1,2,x\nnan,1,y\n3,what,x\n";
  expect_words(refusal(text, "target"), {"table.csv:3", "\"a\"", "nan", "finite"});
  expect_words(refusal("a,b,t\n1,what,x\n", "t"), {"table.csv:2", "\"b\"", "what"});
  expect_words(refusal("a,b,t\n1,,x\n", "t"), {"table.csv:2", "\"b\""});
  expect_words(refusal("a,t\n1,0.5\n2,much\n", "t", Task::regression), {"table.csv:3", "\"t\""});
}

TEST_F(Csv, NamesTheLineWithAnotherNumberOfCells) {
  expect_words(refusal("a,b,t\n1,2,x\n1,2\n", "t"), {"table.csv:3", "2 cells", "expected 3"});
}

TEST_F(Csv, ProposesTheNearestColumn) {
  const Error error = refusal("width,species\n1,x\n", "specis");
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_EQ(error.subject(), "label");
  expect_words(error, {"specis", "\"species\""});
  EXPECT_EQ(refusal("1,2\n3,4\n", "5").subject(), "label");
  EXPECT_EQ(refusal("1,2\n3,4\n", "-3").subject(), "label");
}

TEST_F(Csv, RefusesWhatIsNoTable) {
  expect_words(refusal("", "0"), {"empty"});
  expect_words(refusal("a,b\n", "b"), {"no rows"});
  expect_words(refusal("x\ny\n", "0"), {"one column"});
  expect_words(refusal("a,b\n1,\"x\n", "b"), {"quoted"});
  expect_words(refusal(std::string("a,b\n1,\0\n", 8), "b"), {"zero bytes"});
}

}  // namespace
}  // namespace basalt::io::csv_test
