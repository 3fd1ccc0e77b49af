#include "io/hdf5/column.hpp"

#include <gtest/gtest.h>

#include "io/hdf5/hdf5_file.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::h5::column_test {
namespace {

TEST(Column, NumbersAndTextsComeBackByName) {
  const testing_support::TemporaryFolder folder;
  const FileWriter file(folder.file("a.h5"));
  const std::vector<std::int64_t> numbers{3, -1};
  file.root().put_table("t", std::vector<Column>{number_column<std::int64_t>("n", numbers),
                                                 text_column("s", {"", "longer"})});

  const Table table(file.root(), "t");

  EXPECT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.numbers<std::int64_t>("n"), numbers);
  EXPECT_EQ(table.texts("s"), (std::vector<std::string>{"", "longer"}));
  EXPECT_TRUE(table.has("s"));
  expect_error(ErrorCode::corrupt, "expected float", [&] { table.numbers<double>("n"); });
  expect_error(ErrorCode::corrupt, "has no column", [&] { table.texts("absent"); });
}

}  // namespace
}  // namespace basalt::io::h5::column_test
