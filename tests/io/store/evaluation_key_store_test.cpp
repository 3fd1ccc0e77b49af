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
  EXPECT_EQ(found.stages.at(0).keyswitch_seed, key.stages.at(0).keyswitch_seed);
  EXPECT_EQ(found.stages.at(0).bootstrap_seed, key.stages.at(0).bootstrap_seed);
  EXPECT_EQ(found.stages.at(0).keyswitch_bodies, key.stages.at(0).keyswitch_bodies);
  EXPECT_EQ(found.stages.at(0).bootstrap_bodies, key.stages.at(0).bootstrap_bodies);
}

TEST(EvaluationKeyStore, TheKeysOfAChainComeBack) {
  const testing_support::TemporaryFolder folder;
  ThreadTeam team(1);
  const tfhe::SeededEvaluationKey key =
      tfhe::generate_evaluation_key(tfhe::generate_client_key(toy_chain()), team);

  save(key, folder.file("e.h5"));
  const tfhe::SeededEvaluationKey found = load_evaluation_key(folder.file("e.h5"));

  EXPECT_EQ(found.id(), key.id());
  EXPECT_EQ(found.stages.at(2).bootstrap_bodies, key.stages.at(2).bootstrap_bodies);
  EXPECT_EQ(found.stages.at(1).keyswitch_bodies.size(), 512U * 5);
  EXPECT_EQ(found.stages.at(2).keyswitch_bodies.size(), 256U * 5);
}

TEST(EvaluationKeyStore, BodiesLieWhereTheLayoutSays) {
  const testing_support::TemporaryFolder folder;
  const tfhe::SeededEvaluationKey key = toy_evaluation_key();
  save(key, folder.file("e.h5"));

  const EvaluationKeyLayout layout = evaluation_key_layout(folder.file("e.h5"));

  const std::vector<std::uint8_t> bytes = read_bytes(folder.file("e.h5"));
  ASSERT_EQ(layout.bootstrap.count, key.stages.at(0).bootstrap_bodies.size());
  ASSERT_EQ(layout.keyswitch.count, key.stages.at(0).keyswitch_bodies.size());
  EXPECT_EQ(layout.bootstrap.offset % 8, 0U);
  EXPECT_EQ(std::memcmp(&bytes[layout.bootstrap.offset], key.stages.at(0).bootstrap_bodies.data(),
                        key.stages.at(0).bootstrap_bodies.size() * 8),
            0);
  EXPECT_EQ(std::memcmp(&bytes[layout.keyswitch.offset], key.stages.at(0).keyswitch_bodies.data(),
                        key.stages.at(0).keyswitch_bodies.size() * 8),
            0);
}

TEST(EvaluationKeyStore, AKeyWithoutBootstrapIsAllowed) {
  const testing_support::TemporaryFolder folder;
  const tfhe::SeededEvaluationKey key{
      .parameters = tfhe::Parameters({.polynomial_size = 1024, .bootstrap = {}, .keyswitch = {}}),
      .client_key_id = toy_id(1),
      .stages = {{}}};

  save(key, folder.file("e.h5"));

  EXPECT_EQ(load_evaluation_key(folder.file("e.h5")).id(), key.id());
  EXPECT_EQ(evaluation_key_layout(folder.file("e.h5")).bootstrap.count, 0U);
}

}  // namespace
}  // namespace basalt::io::evaluation_key_store_test
