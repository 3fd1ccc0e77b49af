#include "io/store/evaluation_key_store.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "io/file/file.hpp"
#include "io/nouns.hpp"
#include "support/temporary_folder.hpp"

namespace basalt::io::evaluation_key_store_test {
namespace {

TEST(EvaluationKeyStore, AKeyComesBackWithItsId) {
  const testing_support::TemporaryFolder folder;
  const tfhe::SeededEvaluationKey key = toy_evaluation_key();

  save(key, folder.file("e.h5"));
  const tfhe::SeededEvaluationKey found = load_evaluation_key(folder.file("e.h5"));

  EXPECT_EQ(found.id(), key.id());
  EXPECT_EQ(found.client_key_id, key.client_key_id);
  EXPECT_EQ(found.keyswitch_seed, key.keyswitch_seed);
  EXPECT_EQ(found.bootstrap_seed, key.bootstrap_seed);
  EXPECT_EQ(found.keyswitch_bodies, key.keyswitch_bodies);
  EXPECT_EQ(found.bootstrap_bodies, key.bootstrap_bodies);
}

TEST(EvaluationKeyStore, TheKeysOfAChainComeBack) {
  const testing_support::TemporaryFolder folder;
  ThreadTeam team(1);
  const tfhe::SeededEvaluationKey key =
      tfhe::generate_evaluation_key(tfhe::generate_client_key(toy_chain()), team);

  save(key, folder.file("e.h5"));
  const tfhe::SeededEvaluationKey found = load_evaluation_key(folder.file("e.h5"));

  EXPECT_EQ(found.id(), key.id());
  EXPECT_EQ(found.further.at(1).bootstrap_bodies, key.further.at(1).bootstrap_bodies);
  EXPECT_EQ(found.further.at(0).keyswitch_bodies.size(), 512U * 5);
  EXPECT_EQ(found.further.at(1).keyswitch_bodies.size(), 256U * 5);
}

TEST(EvaluationKeyStore, BodiesLieWhereTheLayoutSays) {
  const testing_support::TemporaryFolder folder;
  const tfhe::SeededEvaluationKey key = toy_evaluation_key();
  save(key, folder.file("e.h5"));

  const EvaluationKeyLayout layout = evaluation_key_layout(folder.file("e.h5"));

  const std::vector<std::uint8_t> bytes = read_bytes(folder.file("e.h5"));
  ASSERT_EQ(layout.bootstrap.count, key.bootstrap_bodies.size());
  ASSERT_EQ(layout.keyswitch.count, key.keyswitch_bodies.size());
  EXPECT_EQ(layout.bootstrap.offset % 8, 0U);
  EXPECT_EQ(std::memcmp(&bytes[layout.bootstrap.offset], key.bootstrap_bodies.data(),
                        key.bootstrap_bodies.size() * 8),
            0);
  EXPECT_EQ(std::memcmp(&bytes[layout.keyswitch.offset], key.keyswitch_bodies.data(),
                        key.keyswitch_bodies.size() * 8),
            0);
}

TEST(EvaluationKeyStore, AKeyWithoutBootstrapIsAllowed) {
  const testing_support::TemporaryFolder folder;
  const tfhe::SeededEvaluationKey key{
      .parameters = tfhe::Parameters({.polynomial_size = 1024, .bootstrap = {}, .keyswitch = {}}),
      .client_key_id = toy_id(1),
      .keyswitch_bodies = {},
      .bootstrap_bodies = {}};

  save(key, folder.file("e.h5"));

  EXPECT_EQ(load_evaluation_key(folder.file("e.h5")).id(), key.id());
  EXPECT_EQ(evaluation_key_layout(folder.file("e.h5")).bootstrap.count, 0U);
}

}  // namespace
}  // namespace basalt::io::evaluation_key_store_test
