#include "io/store/dataset_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "io/nouns.hpp"
#include "io/store/dataset_store.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::dataset_reader_test {
namespace {

/// Parts of 7 rows, one after the other, as take_rows gives them.
void expect_parts_of(const learn::Dataset& data) {
  const testing_support::TemporaryFolder folder;
  save(data, folder.file("d.h5"));
  const DatasetReader reader(folder.file("d.h5"));

  ASSERT_EQ(reader.rows(), data.rows());
  ASSERT_EQ(reader.columns(), data.columns());
  for (std::size_t first = 0; first < data.rows(); first += 7) {
    std::vector<std::size_t> rows;
    for (std::size_t i = first; i < std::min(first + 7, data.rows()); ++i) rows.push_back(i);
    EXPECT_EQ(reader.read(first, rows.size()).id(), learn::take_rows(data, rows).id());
  }
}

TEST(DatasetReader, PartsOfAClassificationAreItsRows) {
  expect_parts_of(toy_dataset());
}

TEST(DatasetReader, PartsOfARegressionAreItsRows) {
  expect_parts_of(learn::generate("regression", 40, RandomStream(Seed{5})));
}

TEST(DatasetReader, RowsThatAreNotThereAreRefused) {
  const testing_support::TemporaryFolder folder;
  save(toy_dataset(), folder.file("d.h5"));
  const DatasetReader reader(folder.file("d.h5"));
  EXPECT_EQ(reader.read(60, 0).rows(), 0U);
  expect_error(ErrorCode::invalid_argument, "are asked for, it", [&] { reader.read(58, 3); });
  expect_error(ErrorCode::invalid_argument, "are asked for, it", [&] { reader.read(61, 0); });
}

TEST(DatasetReader, ALabelWithoutAClassIsRefused) {
  const testing_support::TemporaryFolder folder;
  learn::Dataset data = toy_dataset();
  data.labels[20] = 9;
  save(data, folder.file("d.h5"));
  const DatasetReader reader(folder.file("d.h5"));

  EXPECT_EQ(reader.read(0, 20).rows(), 20U);
  expect_error(ErrorCode::corrupt, "is none of", [&] { reader.read(20, 1); });
}

}  // namespace
}  // namespace basalt::io::dataset_reader_test
