#include "io/store/dataset_store.hpp"

#include <gtest/gtest.h>

#include "io/hdf5/hdf5_file.hpp"
#include "io/nouns.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::dataset_store_test {
namespace {

TEST(DatasetStore, AClassificationComesBack) {
  const testing_support::TemporaryFolder folder;
  const learn::Dataset data = toy_dataset();

  const Digest id = save(data, folder.file("d.h5"));
  const learn::Dataset found = load_dataset(folder.file("d.h5"));

  EXPECT_EQ(id, data.id());
  EXPECT_EQ(found.id(), id);
  EXPECT_EQ(found.features, data.features);
  EXPECT_EQ(found.labels, data.labels);
  EXPECT_EQ(found.classes, data.classes);
  ASSERT_TRUE(found.image.has_value());
  EXPECT_EQ(found.image->width, 5U);
}

TEST(DatasetStore, ARegressionComesBack) {
  const testing_support::TemporaryFolder folder;
  const learn::Dataset data = learn::generate("regression", 30, RandomStream(Seed{1}));

  save(data, folder.file("d.h5"));
  const learn::Dataset found = load_dataset(folder.file("d.h5"));

  EXPECT_EQ(found.task, learn::Task::regression);
  EXPECT_EQ(found.targets, data.targets);
  EXPECT_FALSE(found.image.has_value());
}

TEST(DatasetStore, ArraysHaveTheNamesOfTheirFields) {
  const testing_support::TemporaryFolder folder;
  save(toy_dataset(), folder.file("d.h5"));

  const h5::FileReader file(folder.file("d.h5"), "dataset", 1);

  EXPECT_EQ(file.root().open_array("features").extents(), (std::vector<std::uint64_t>{60, 20}));
  EXPECT_EQ(file.root().open_array("labels").element(), h5::Element::i32);
  EXPECT_EQ(file.root().get_texts("classes"), toy_dataset().classes);
}

TEST(DatasetStore, LabelsOutsideTheClassesAreRefused) {
  const testing_support::TemporaryFolder folder;
  learn::Dataset data = toy_dataset();
  data.labels[3] = 99;
  save(data, folder.file("stray.h5"));
  data = toy_dataset();
  data.labels.pop_back();
  save(data, folder.file("short.h5"));

  expect_error(ErrorCode::corrupt, "is none of", [&] { load_dataset(folder.file("stray.h5")); });
  expect_error(ErrorCode::corrupt, "labels or targets do not",
               [&] { load_dataset(folder.file("short.h5")); });
}

}  // namespace
}  // namespace basalt::io::dataset_store_test
