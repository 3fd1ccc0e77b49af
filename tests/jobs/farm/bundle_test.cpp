#include "jobs/farm/bundle.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace basalt::jobs::bundle_test {
namespace {

const WireKey& key() {
  static const WireKey made(Digest{});
  return made;
}

TEST(Bundle, GivesBackItsParcels) {
  const std::vector<Parcel> parcels{{1, {}}, {~TaskId{0}, {1, 2, 3}}, {7, ByteVector(10000, 9)}};

  const std::vector<Parcel> opened = open_parcels(key(), seal_parcels(key(), parcels));

  ASSERT_EQ(opened.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(opened[i].id, parcels[i].id);
    EXPECT_EQ(opened[i].content, parcels[i].content);
  }
}

TEST(Bundle, RefusesDamage) {
  ByteVector bytes = seal_parcels(key(), std::vector<Parcel>{{1, {1, 2, 3}}});
  bytes.back() = static_cast<std::uint8_t>(bytes.back() ^ 1);
  EXPECT_THROW(open_parcels(key(), bytes), Error);
}

TEST(Bundle, RefusesASoundEnvelopeWithAWrongInside) {
  const Schema parcels{.id = 1, .version = 1, .limit = 1000};
  const ByteVector half(12, 1);  // an id and half a size
  ByteVector longer(16, 0);
  longer[8] = 200;  // a size beyond the end
  EXPECT_THROW(open_parcels(key(), seal(key(), parcels, half)), Error);
  EXPECT_THROW(open_parcels(key(), seal(key(), parcels, longer)), Error);
}

TEST(Bundle, CarriesAnErrorWithItsCodeAndSubject) {
  const Error sent(ErrorCode::corrupt, "digits.h5: damaged", "file");

  const Error received = open_error(key(), seal_error(key(), sent));

  EXPECT_EQ(received.code(), ErrorCode::corrupt);
  EXPECT_STREQ(received.what(), "digits.h5: damaged");
  EXPECT_EQ(received.subject(), "file");
}

TEST(Bundle, MakesAnErrorOfAnyException) {
  EXPECT_STREQ(error_of(std::make_exception_ptr(std::runtime_error("odd"))).what(), "odd");
  EXPECT_EQ(error_of(std::make_exception_ptr(5)).code(), ErrorCode::internal);
}

}  // namespace
}  // namespace basalt::jobs::bundle_test
