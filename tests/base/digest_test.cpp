// Tests of digests: known answers and the separation of neighbours.
#include "base/digest.hpp"

#include <gtest/gtest.h>

#include "base/describe.hpp"
#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::digest_test {
namespace {

struct Pair {
  std::string name;
  std::int64_t value = 0;
};

template <class Visitor>
void describe(Visitor& visit, MaybeConst<Pair> auto& pair) {
  visit("name", pair.name);
  visit("value", pair.value);
}

TEST(Digest, IsBlake2bOfSizesAndLittleEndianValues) {
  const double numbers[] = {0.5, 1.0};

  Hasher hasher("test");
  hasher.add("abc").add(-2).add_values(std::span<const double>(numbers));

  // By an independent BLAKE2b-256 of the same bytes.
  EXPECT_EQ(hasher.finish().hex(),
            "dbebc87fb9b22b754fc9eacab86ed03dac02df55acce9f8e6d27e8b9cf39fc82");
}

TEST(Digest, SeparatesNeighbouringTextsAndDomains) {
  const Digest split = Hasher("t").add("ab").add("c").finish();

  EXPECT_NE(split, Hasher("t").add("a").add("bc").finish());
  EXPECT_NE(split, Hasher("u").add("ab").add("c").finish());
  EXPECT_EQ(split, Hasher("t").add("ab").add("c").finish());
}

TEST(Digest, ReadsBackItsOwnText) {
  const Digest digest = Hasher("t").finish();

  EXPECT_EQ(Digest::from_hex(digest.hex()), digest);
  EXPECT_EQ(digest.brief(), digest.hex().substr(0, 12));
  EXPECT_FALSE(digest.empty());
  EXPECT_TRUE(Digest{}.empty());
}

TEST(Digest, RefusesTextThatIsNotADigest) {
  const std::string hex = Hasher("t").finish().hex();

  expect_error(ErrorCode::invalid_argument, "hexadecimal characters, got",
               [&] { Digest::from_hex(hex.substr(2)); });
  expect_error(ErrorCode::invalid_argument, "hexadecimal characters, got",
               [&] { Digest::from_hex("zz" + hex.substr(2)); });
  expect_error(ErrorCode::invalid_argument, "hexadecimal characters, got",
               [&] { Digest::from_hex(""); });
}

TEST(Describe, EveryFieldEntersTheDigest) {
  const Digest digest = digest_of("pair", Pair{"a", 1});

  EXPECT_EQ(digest, digest_of("pair", Pair{"a", 1}));
  EXPECT_NE(digest, digest_of("pair", Pair{"b", 1}));
  EXPECT_NE(digest, digest_of("pair", Pair{"a", 2}));
}

}  // namespace
}  // namespace basalt::digest_test
