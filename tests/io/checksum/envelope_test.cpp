// The block in front of every file: nothing damaged, cut, foreign or newer passes.
#include "io/checksum/envelope.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::envelope_test {
namespace {

using testing_support::TemporaryFolder;

Digest digest_from(std::uint8_t byte) {
  Digest digest;
  digest.bytes.fill(byte);
  return digest;
}

Identity identity() {
  return {.noun = "circuit",
          .version = 3,
          .id = digest_from(7),
          .parents = {{"model", digest_from(1)}, {"fifteen_letters", digest_from(2)}}};
}

std::vector<std::uint8_t> write_sealed(const std::string& path, const Identity& what,
                                       std::size_t content) {
  Draft draft(path);
  std::vector<std::uint8_t> bytes(content);
  for (std::size_t i = 0; i < content; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37);
  write_at(draft.descriptor(), path, envelope_bytes, bytes);
  seal(draft, what);
  draft.publish();
  return read_bytes(path);
}

std::string refusal(const std::string& path, ErrorCode expected) {
  try {
    (void)verify(path);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), expected) << error.what();
    EXPECT_NE(std::string(error.what()).find(path), std::string::npos);
    return error.what();
  }
  ADD_FAILURE() << "accepted";
  return "";
}

TEST(Envelope, SaysWhatTheFileIs) {
  const TemporaryFolder folder;
  write_sealed(folder.file("a"), identity(), 1000);

  const Identity found = verify(folder.file("a"), "circuit", 3);

  EXPECT_EQ(found.noun, "circuit");
  EXPECT_EQ(found.version, 3U);
  EXPECT_EQ(found.id, digest_from(7));
  EXPECT_EQ(found.parents, identity().parents);
  EXPECT_EQ(found.bytes, 1512U);
  EXPECT_EQ(found.parent("model"), digest_from(1));
  EXPECT_FALSE(found.parent("batch").has_value());
  EXPECT_EQ(read_identity(folder.file("a")).id, found.id);
}

TEST(Envelope, EveryFlippedBitIsFound) {
  const TemporaryFolder folder;
  const std::vector<std::uint8_t> whole = write_sealed(folder.file("a"), identity(), 40);
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::vector<std::uint8_t> damaged = whole;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << (bit % 8)));
    const Descriptor file(::open(folder.file("b").c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600));
    write_at(file, "b", 0, damaged);

    EXPECT_FALSE(refusal(folder.file("b"), ErrorCode::corrupt).empty()) << "bit " << bit;
  }
}

TEST(Envelope, EveryCutIsFound) {
  const TemporaryFolder folder;
  std::vector<std::uint8_t> whole = write_sealed(folder.file("a"), identity(), 40);
  for (std::size_t size = 0; size < whole.size(); size += 23) {
    publish(folder.file("b"), std::span(whole).first(size));
    EXPECT_NE(refusal(folder.file("b"), ErrorCode::corrupt).find("truncated"), std::string::npos);
  }
  whole.push_back(0);
  publish(folder.file("b"), whole);
  EXPECT_NE(refusal(folder.file("b"), ErrorCode::corrupt).find("foreign"), std::string::npos);
}

TEST(Envelope, ForeignFilesAreNamedSo) {
  const TemporaryFolder folder;
  publish(folder.file("b"), std::string(2000, 'x'));

  EXPECT_NE(refusal(folder.file("b"), ErrorCode::corrupt).find("not a Basalt file"),
            std::string::npos);
}

TEST(Envelope, OtherNounsAndNewerVersionsAreRefused) {
  const TemporaryFolder folder;
  write_sealed(folder.file("a"), identity(), 10);
  const auto code = [&](const std::string& noun, std::uint32_t newest) {
    try {
      (void)verify(folder.file("a"), noun, newest);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };

  EXPECT_EQ(code("model", 9), ErrorCode::mismatch);
  EXPECT_EQ(code("circuit", 2), ErrorCode::unsupported);
}

TEST(Envelope, RefusesNamesThatDoNotFit) {
  Identity long_role = identity();
  long_role.parents[0].role = "sixteen_letters_";
  Identity many = identity();
  many.parents.assign(most_parents + 1, {"model", {}});

  expect_error(ErrorCode::internal, "is longer than", [&] { write_envelope(long_role, {}); });
  expect_error(ErrorCode::internal, "parents, expected at most", [&] { write_envelope(many, {}); });
}

}  // namespace
}  // namespace basalt::io::envelope_test
