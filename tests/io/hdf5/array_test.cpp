// Arrays: read whole or by rows, at a known offset, never of another type or size.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "io/hdf5/hdf5_file.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::h5::array_test {
namespace {

using testing_support::TemporaryFolder;

const Identity toy{.noun = "toy", .version = 1, .id = {}, .parents = {}};

std::vector<std::uint64_t> counted(std::size_t count) {
  std::vector<std::uint64_t> values(count);
  std::iota(values.begin(), values.end(), std::uint64_t{1} << 60);
  return values;
}

TEST(Array, RowsAreWrittenAndReadInParts) {
  const TemporaryFolder folder;
  const std::vector<std::uint64_t> values = counted(7 * 3);
  {
    FileWriter file(folder.file("a.h5"));
    const std::uint64_t extents[]{7, 3};
    {
      Array array = file.root().create_array("x", Element::u64, extents);
      array.write_rows(4, 3, &values[12]);
      array.write_rows(0, 4, &values[0]);
    }
    file.publish(toy);
  }
  const FileReader file(folder.file("a.h5"), "toy", 1);
  const Array array = file.root().open_array("x");
  std::vector<std::uint64_t> whole(21), part(6);

  array.read(Element::u64, whole.data(), 21 * 8);
  array.read_rows(Element::u64, 2, 2, part.data());

  EXPECT_EQ(whole, values);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), values.begin() + 6));
  expect_error(ErrorCode::invalid_argument, "are asked for, it",
               [&] { array.read_rows(Element::u64, 6, 2, part.data()); });
  expect_error(ErrorCode::corrupt, "expected int",
               [&] { array.read(Element::i64, whole.data(), 21 * 8); });
  expect_error(ErrorCode::corrupt, "bytes, expected",
               [&] { array.read(Element::u64, whole.data(), 20 * 8); });
}

TEST(Array, LargeOnesCanBeMappedAtTheirOffset) {
  const TemporaryFolder folder;
  const std::vector<std::uint64_t> values = counted(20000);
  {
    FileWriter file(folder.file("a.h5"));
    file.root().put_vector<std::uint64_t>("x", values);
    file.publish(toy);
  }
  const FileReader file(folder.file("a.h5"), "toy", 1);

  const std::uint64_t offset = file.root().open_array("x").offset();

  const std::vector<std::uint8_t> bytes = read_bytes(folder.file("a.h5"));
  EXPECT_EQ(offset % 512, 0U);
  EXPECT_EQ(std::memcmp(&bytes[offset], values.data(), values.size() * 8), 0);
}

TEST(Array, EmptyOnesKeepTheirShape) {
  const TemporaryFolder folder;
  {
    FileWriter file(folder.file("a.h5"));
    file.root().put_matrix<double>("x", Matrix<double>(0, 5));
    file.publish(toy);
  }
  const FileReader file(folder.file("a.h5"), "toy", 1);

  const Matrix<double> found = file.root().get_matrix<double>("x");

  EXPECT_EQ(found.rows(), 0);
  EXPECT_EQ(found.cols(), 5);
}

TEST(Array, UnexpectedShapesAreNamed) {
  const TemporaryFolder folder;
  FileWriter file(folder.file("a.h5"));
  const std::uint64_t extents[]{2, 3}, others[]{3, 2};
  const Array array = file.root().create_array("x", Element::f32, extents);

  array.require_extents(extents);
  try {
    array.require_extents(others);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("2 x 3, expected 3 x 2"), std::string::npos);
  }
}

}  // namespace
}  // namespace basalt::io::h5::array_test
