// Groups: scalars, texts and arrays come back as they were, missing ones are named.
#include "io/hdf5/group.hpp"

#include <gtest/gtest.h>

#include "io/hdf5/hdf5_file.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::h5::group_test {
namespace {

using testing_support::TemporaryFolder;

class GroupTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  FileWriter file_{folder_.file("a.h5")};
  const Group& root_ = file_.root();
};

TEST_F(GroupTest, ScalarsKeepTypeAndValue) {
  root_.put("pi", 3.25);
  root_.put("yes", true);
  root_.put("count", std::int64_t{-5});

  EXPECT_EQ(root_.get<double>("pi"), 3.25);
  EXPECT_TRUE(root_.get<bool>("yes"));
  EXPECT_EQ(root_.get<std::int64_t>("count"), -5);
  EXPECT_EQ(root_.scalar_element("yes"), Element::boolean);
  expect_error(ErrorCode::corrupt, "expected float", [&] { root_.get<float>("pi"); });
  expect_error(ErrorCode::corrupt, "is missing", [&] { root_.get<double>("absent"); });
}

TEST_F(GroupTest, TextsOfEveryLengthComeBack) {
  const std::string long_text(100000, 'q');
  root_.put_text("empty", "");
  root_.put_text("word", "Größe");
  root_.put_text("long", long_text);
  root_.put_texts("list", {"a", "", "longer"});
  root_.put_texts("nothing", {});

  EXPECT_EQ(root_.get_text("empty"), "");
  EXPECT_EQ(root_.get_text("word"), "Größe");
  EXPECT_EQ(root_.get_text("long"), long_text);
  EXPECT_EQ(root_.get_texts("list"), (std::vector<std::string>{"a", "", "longer"}));
  EXPECT_TRUE(root_.get_texts("nothing").empty());
}

TEST_F(GroupTest, VectorsAndMatricesKeepTheirShape) {
  Matrix<std::int32_t> matrix(2, 3);
  matrix << 1, 2, 3, 4, 5, 6;
  root_.put_vector<float>("v", std::vector<float>{1.5F, -2.0F}, {.units = "s", .meaning = "time"});
  root_.put_matrix("m", matrix);

  EXPECT_EQ(root_.get_vector<float>("v"), (std::vector<float>{1.5F, -2.0F}));
  EXPECT_EQ(root_.get_matrix<std::int32_t>("m"), matrix);
  expect_error(ErrorCode::corrupt, "dimensions, expected",
               [&] { root_.get_vector<std::int32_t>("m"); });
  expect_error(ErrorCode::corrupt, "dimensions, expected", [&] { root_.get_matrix<float>("v"); });
}

TEST_F(GroupTest, NamesAreListedInOrder) {
  const Group inner = root_.create_group("z");
  inner.put("b", 1);
  inner.put("a", 1);
  inner.create_group("y");
  inner.put_vector<double>("x", std::vector<double>{});

  EXPECT_EQ(inner.attribute_names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(inner.names(), (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(inner.is_group("y"));
  EXPECT_FALSE(inner.is_group("x"));
  EXPECT_TRUE(root_.open_group("z").has("x"));
}

TEST_F(GroupTest, AMissingPartIsNamedWithItsPath) {
  const Group inner = root_.create_group("layers");
  try {
    (void)inner.open_group("3");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("a.h5:/layers/3"), std::string::npos) << error.what();
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace basalt::io::h5::group_test
