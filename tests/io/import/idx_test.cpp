#include "io/import/idx.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::idx_test {
namespace {

using testing_support::TemporaryFolder;

std::string images(unsigned char count) {
  std::string text("\0\0\x08\x03\0\0\0\0\0\0\0\x02\0\0\0\x03", 16);
  text[7] = static_cast<char>(count);
  for (int i = 0; i < count * 6; ++i) text += static_cast<char>(i * 17);
  return text;
}

std::string labels(const std::string& values) {
  std::string text("\0\0\x08\x01\0\0\0\0", 8);
  text[7] = static_cast<char>(values.size());
  return text + values;
}

class Idx : public ::testing::Test {
 protected:
  learn::Dataset import(const std::string& image_bytes, const std::string& label_bytes) {
    std::ofstream(folder_.file("images"), std::ios::binary) << image_bytes;
    std::ofstream(folder_.file("labels"), std::ios::binary) << label_bytes;
    return import_idx(folder_.file("images"), folder_.file("labels"));
  }

  ErrorCode refusal(const std::string& image_bytes, const std::string& label_bytes) {
    try {
      import(image_bytes, label_bytes);
    } catch (const Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "accepted";
    return ErrorCode::internal;
  }

  TemporaryFolder folder_;
};

TEST_F(Idx, ReadsPixelsLabelsAndShape) {
  const learn::Dataset data = import(images(3), labels("\x07\x02\x07"));

  ASSERT_EQ(data.rows(), 3U);
  ASSERT_EQ(data.columns(), 6U);
  EXPECT_EQ(data.image->height, 2U);
  EXPECT_EQ(data.image->width, 3U);
  EXPECT_DOUBLE_EQ(data.features(0, 5), 85.0 / 255.0);
  EXPECT_DOUBLE_EQ(data.features(2, 3), 1.0);
  EXPECT_EQ(data.classes, (std::vector<std::string>{"2", "7"}));
  EXPECT_EQ(data.labels, (std::vector<std::int32_t>{1, 0, 1}));
}

TEST_F(Idx, RefusesFilesThatAreCutOffOrForeign) {
  const std::string good = images(2), two = labels("\x01\x02");
  EXPECT_EQ(refusal(good.substr(0, 20), two), ErrorCode::corrupt);
  EXPECT_EQ(refusal(good + "x", two), ErrorCode::corrupt);
  EXPECT_EQ(refusal(good.substr(0, 9), two), ErrorCode::corrupt);
  EXPECT_EQ(refusal(two, two), ErrorCode::corrupt);
  std::string huge = good;
  huge[4] = '\x7f';  // an extent of 2^31 must not be allocated
  EXPECT_EQ(refusal(huge, two), ErrorCode::corrupt);
}

TEST_F(Idx, RefusesPairsOfDifferentLength) {
  EXPECT_EQ(refusal(images(2), labels("\x01\x02\x03")), ErrorCode::mismatch);
}

}  // namespace
}  // namespace basalt::io::idx_test
