// Tables: columns of numbers, flags and texts in one dataset.
#include <gtest/gtest.h>

#include <cstring>

#include "io/hdf5/hdf5_file.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::h5::table_test {
namespace {

using testing_support::TemporaryFolder;

Column numbers(const std::string& name, std::vector<double> values) {
  Column column{name, Element::f64, 8, std::vector<std::uint8_t>(values.size() * 8)};
  std::memcpy(column.values.data(), values.data(), column.values.size());
  return column;
}

TEST(Table, ColumnsComeBack) {
  const TemporaryFolder folder;
  const std::vector<Column> columns{numbers("loss", {0.5, 0.25, 1e300}),
                                    {"ok", Element::boolean, 1, {1, 0, 1}},
                                    {"name", Element::text, 2, {'a', 'b', 'c', 0, 0, 0}}};
  FileWriter file(folder.file("a.h5"));
  file.root().put_table("t", columns, {.units = "", .meaning = "a toy"});

  const std::vector<Column> found = file.root().get_table("t");

  ASSERT_EQ(found.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(found[i].name, columns[i].name);
    EXPECT_EQ(found[i].element, columns[i].element);
    EXPECT_EQ(found[i].values, columns[i].values);
  }
}

TEST(Table, MayHaveNoRows) {
  const TemporaryFolder folder;
  FileWriter file(folder.file("a.h5"));
  file.root().put_table("t", std::vector<Column>{numbers("loss", {})});

  EXPECT_EQ(file.root().get_table("t").at(0).rows(), 0U);
}

TEST(Table, RefusesColumnsOfDifferentLengthAndOtherObjects) {
  const TemporaryFolder folder;
  FileWriter file(folder.file("a.h5"));
  file.root().put_vector<double>("v", std::vector<double>{1.0});

  expect_error(ErrorCode::internal, "rows, expected", [&] {
    file.root().put_table("t", std::vector<Column>{numbers("a", {1.0}), numbers("b", {1.0, 2.0})});
  });
  expect_error(ErrorCode::internal, "table needs a column",
               [&] { file.root().put_table("t", {}); });
  expect_error(ErrorCode::corrupt, "is not a table", [&] { file.root().get_table("v"); });
  expect_error(ErrorCode::corrupt, "missing or not a table",
               [&] { file.root().get_table("absent"); });
}

}  // namespace
}  // namespace basalt::io::h5::table_test
