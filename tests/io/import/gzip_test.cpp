#include "io/import/gzip.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::gzip_test {
namespace {

using testing_support::TemporaryFolder;

void write_gzip(const std::filesystem::path& path, const std::string& text, const char* mode) {
  const gzFile file = gzopen(path.c_str(), mode);
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
}

std::string long_text() {
  std::string text;
  for (int i = 0; i < 40000; ++i) text += std::to_string(i * 7919) + ",";
  return text;
}

TEST(Gzip, ReadsCompressedAndPlainFilesAlike) {
  const TemporaryFolder folder;
  write_gzip(folder.file("packed"), long_text(), "wb");
  std::ofstream(folder.file("plain")) << long_text();

  EXPECT_EQ(read_maybe_compressed(folder.file("packed")), long_text());
  EXPECT_EQ(read_maybe_compressed(folder.file("plain")), long_text());
}

TEST(Gzip, ReadsConcatenatedFiles) {
  const TemporaryFolder folder;
  write_gzip(folder.file("packed"), "first", "wb");
  write_gzip(folder.file("packed"), "second", "ab");

  EXPECT_EQ(read_maybe_compressed(folder.file("packed")), "firstsecond");
}

TEST(Gzip, RefusesDamagedAndShortenedData) {
  const TemporaryFolder folder;
  write_gzip(folder.file("packed"), long_text(), "wb");
  std::filesystem::resize_file(folder.file("packed"), 20000);
  try {
    read_maybe_compressed(folder.file("packed"));
    FAIL() << "a file that is cut off was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    EXPECT_NE(std::string(error.what()).find("packed"), std::string::npos);
  }
}

TEST(Gzip, NamesAnAbsentFile) {
  const TemporaryFolder folder;
  expect_error(ErrorCode::not_found, "No such file or directory",
               [&] { read_maybe_compressed(folder.file("absent.csv")); });
}

}  // namespace
}  // namespace basalt::io::gzip_test
