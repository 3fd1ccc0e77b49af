// A key's memory is all of it: whoever has it has the key.
#include "tfhe/key_memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "tfhe/toy.hpp"

namespace basalt::tfhe::key_memory_test {
namespace {

ParameterChain chain() {
  return chain_of({toy_spec(8, 1, 256, {23, 1}), toy_spec(6, 2, 512, {15, 2})});
}

TEST(KeyMemory, IsEqualForEqualKeysAndHoldsAllOfThem) {
  Toy toy(chain());
  const torus::Kernels& kernels = toy.key.kernels();
  const std::size_t size = expanded_bytes(chain(), kernels);
  EXPECT_GE(size, toy.key.memory().value);
  EXPECT_LT(size, toy.key.memory().value + 4 * 64);
  const KeyMemory one = own_memory(size), other = own_memory(size);
  EvaluationKey(toy.seeded, kernels, toy.team, one);
  EvaluationKey(toy.seeded, kernels, toy.team, other);
  EXPECT_TRUE(std::ranges::equal(one.bytes, other.bytes));

  const EvaluationKey read({chain(), toy.seeded.id(), toy.seeded.client_key_id}, kernels, one);

  EXPECT_EQ(read.id(), toy.key.id());
  EXPECT_EQ(read.client_key_id(), toy.key.client_key_id());
  EXPECT_EQ(read.memory().value, toy.key.memory().value);
  for (std::size_t stage = 0; stage < 2; ++stage) {
    const KeyswitchKey& found = read.stage(stage).keyswitch_key();
    const KeyswitchKey& expected = toy.key.stage(stage).keyswitch_key();
    ASSERT_EQ(found.wide(), expected.wide());
    EXPECT_EQ(found.source_dimension(), expected.source_dimension());
    EXPECT_TRUE(std::equal(expected.panel(0), expected.panel(expected.panels()), found.panel(0)));
  }
  // What was in the memory before does not matter.
  std::ranges::fill(other.bytes, std::byte{7});
  const EvaluationKey again(toy.seeded, kernels, toy.team, other);
  const KeyswitchKey& found = again.stage(0).keyswitch_key();
  ASSERT_FALSE(found.wide());
  EXPECT_TRUE(
      std::equal(found.panel(0), found.panel(found.panels()), toy.keys().keyswitch_key().panel(0)));
  std::vector<Torus> messages(4, Torus{1} << 61);
  const LweBatch in = encrypt_batch(toy.secret(), messages);
  std::vector<Torus> ours(4 * 9), theirs(4 * 9);
  KeyswitchWorkspace workspace(read.stage(0).keyswitch_key(), 4);
  keyswitch(read.stage(0).keyswitch_key(), in, 0, 4, ours, workspace);
  keyswitch(toy.keys().keyswitch_key(), in, 0, 4, theirs, workspace);
  EXPECT_EQ(ours, theirs);
}

TEST(KeyMemory, LivesAsLongAsItsKey) {
  Toy toy(chain());
  KeyMemory memory = own_memory(expanded_bytes(chain(), toy.key.kernels()));
  const std::weak_ptr<const void> owner = memory.owner;
  {
    const EvaluationKey key(toy.seeded, toy.key.kernels(), toy.team, std::move(memory));
    EXPECT_FALSE(owner.expired());
  }
  EXPECT_TRUE(owner.expired());
}

TEST(KeyMemory, MustBeLargeEnough) {
  Toy toy(chain());
  KeyMemory memory = own_memory(expanded_bytes(chain(), toy.key.kernels()));
  memory.bytes = memory.bytes.first(memory.bytes.size() - 1);
  expect_error(ErrorCode::mismatch, "bytes for stage",
               [&] { EvaluationKey(toy.seeded, toy.key.kernels(), toy.team, memory); });
}

}  // namespace
}  // namespace basalt::tfhe::key_memory_test
