// HDF5 files of Basalt: equal content gives equal bytes, unpublished ones leave no trace.
#include "io/hdf5/hdf5_file.hpp"

#include <gtest/gtest.h>

#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::h5::hdf5_file_test {
namespace {

using testing_support::TemporaryFolder;

Identity toy_identity() {
  Identity identity{.noun = "toy", .version = 2, .id = {}, .parents = {{"model", {}}}};
  identity.id.bytes.fill(9);
  return identity;
}

void write(const std::string& path, double value) {
  FileWriter file(path);
  {
    const Group inner = file.root().create_group("inner");
    inner.put("scale", value);
    inner.put_vector<double>("x", std::vector<double>(20000, value));
    inner.put_texts("names", {"one", "two"});
  }
  file.publish(toy_identity());
}

TEST(Hdf5File, EqualContentGivesEqualBytes) {
  const TemporaryFolder folder;
  write(folder.file("a.h5"), 0.5);
  write(folder.file("b.h5"), 0.5);
  write(folder.file("c.h5"), 0.25);

  EXPECT_EQ(read_bytes(folder.file("a.h5")), read_bytes(folder.file("b.h5")));
  EXPECT_NE(read_bytes(folder.file("a.h5")), read_bytes(folder.file("c.h5")));
}

TEST(Hdf5File, NamesItselfAndItsParents) {
  const TemporaryFolder folder;
  write(folder.file("a.h5"), 0.5);

  const FileReader file(folder.file("a.h5"), "toy", 2);

  EXPECT_EQ(file.identity().id, toy_identity().id);
  EXPECT_EQ(file.root().get_text("noun"), "toy");
  EXPECT_EQ(file.root().get_text("id"), toy_identity().id.hex());
  EXPECT_EQ(file.parent("model"), Digest{});
  expect_error(ErrorCode::corrupt, "does not name its circuit", [&] { file.parent("circuit"); });
  EXPECT_EQ(file.root().open_group("inner").get<double>("scale"), 0.5);
}

TEST(Hdf5File, AnUnpublishedFileLeavesNothing) {
  const TemporaryFolder folder;
  {
    const FileWriter file(folder.file("a.h5"));
    file.root().put("x", 1.0);
  }

  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Hdf5File, DamageIsFoundBeforeTheLibraryOpensIt) {
  const TemporaryFolder folder;
  write(folder.file("a.h5"), 0.5);
  std::vector<std::uint8_t> bytes = read_bytes(folder.file("a.h5"));
  bytes[bytes.size() / 2] ^= 4;
  publish(folder.file("b.h5"), bytes);

  try {
    const FileReader file(folder.file("b.h5"), "toy", 2);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    EXPECT_NE(std::string(error.what()).find("checksum"), std::string::npos);
  }
}

}  // namespace
}  // namespace basalt::io::h5::hdf5_file_test
