#include "io/store/client_key_store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "io/file/file.hpp"
#include "io/nouns.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::client_key_store_test {
namespace {

using testing_support::TemporaryFolder;

bool equal_bits(const tfhe::SecretStageKeys& a, const tfhe::SecretStageKeys& b) {
  return std::ranges::equal(a.lwe(), b.lwe()) && std::ranges::equal(a.glwe(), b.glwe());
}

ErrorCode refusal(const std::string& path, std::string_view passphrase) {
  try {
    (void)load_client_key(path, passphrase);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("client.key"), std::string::npos) << error.what();
    return error.code();
  }
  ADD_FAILURE() << "accepted";
  return ErrorCode::internal;
}

TEST(ClientKeyStore, APlainKeyComesBackAndIsPrivate) {
  const TemporaryFolder folder;
  const tfhe::ClientKey key = toy_client_key();

  const Digest id = save(key, folder.file("client.key"));
  const tfhe::ClientKey found = load_client_key(folder.file("client.key"));

  struct stat status {};
  ASSERT_EQ(::stat(folder.file("client.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(id, key.id());
  EXPECT_EQ(found.id(), key.id());
  EXPECT_EQ(found.parameters().id(), key.parameters().id());
  EXPECT_TRUE(equal_bits(found.stage(0), key.stage(0)));
}

TEST(ClientKeyStore, ASealedKeyNeedsItsPassphrase) {
  const TemporaryFolder folder;
  const tfhe::ClientKey key = toy_client_key();

  save(key, folder.file("client.key"), "correct horse");

  const tfhe::ClientKey found = load_client_key(folder.file("client.key"), "correct horse");
  EXPECT_TRUE(equal_bits(found.stage(0), key.stage(0)));
  EXPECT_EQ(refusal(folder.file("client.key"), ""), ErrorCode::invalid_argument);
  EXPECT_EQ(refusal(folder.file("client.key"), "battery staple"), ErrorCode::mismatch);
}

TEST(ClientKeyStore, TheKeysOfAChainComeBackPlainAndSealed) {
  const TemporaryFolder folder;
  const tfhe::ClientKey key = tfhe::generate_client_key(toy_chain());

  save(key, folder.file("plain"));
  save(key, folder.file("sealed"), "correct horse");

  const tfhe::ClientKey plain = load_client_key(folder.file("plain"), "");
  const tfhe::ClientKey sealed = load_client_key(folder.file("sealed"), "correct horse");
  for (const tfhe::ClientKey* found : {&plain, &sealed}) {
    EXPECT_EQ(found->parameters().id(), key.parameters().id());
    ASSERT_EQ(found->stage_count(), 3U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(equal_bits(found->stage(i), key.stage(i)));
  }
}

TEST(ClientKeyStore, ASealedFileHoldsNoRunOfTheKey) {
  const TemporaryFolder folder;
  const tfhe::ClientKey key = toy_client_key();
  std::vector<std::uint8_t> bits;
  for (std::size_t i = 0; i < 64; ++i)
    bits.push_back(static_cast<std::uint8_t>(key.stage(0).glwe()[i]));

  save(key, folder.file("plain"));
  save(key, folder.file("sealed"), "correct horse");

  const auto holds = [&](const std::string& name) {
    const std::vector<std::uint8_t> file = read_bytes(folder.file(name));
    return !std::ranges::search(file, bits).empty();
  };
  EXPECT_TRUE(holds("plain"));  // so that the search means something
  EXPECT_FALSE(holds("sealed"));
}

}  // namespace
}  // namespace basalt::io::client_key_store_test
