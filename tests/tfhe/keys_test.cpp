#include "tfhe/keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "tfhe/toy.hpp"

namespace basalt::tfhe::keys_test {
namespace {

const Parameters parameters(toy_spec(100, 2, 256, {23, 1}));

std::size_t ones(std::span<const std::uint64_t> bits) {
  return static_cast<std::size_t>(std::ranges::count(bits, std::uint64_t{1}));
}

TEST(ClientKey, HasTheSizesOfItsParametersAndOnlyBits) {
  const ClientKey key = generate_client_key(parameters);

  EXPECT_EQ(key.lwe().size(), 100u);
  EXPECT_EQ(key.glwe().size(), 512u);
  EXPECT_EQ(ones(key.glwe()) + static_cast<std::size_t>(std::ranges::count(key.glwe(), 0u)), 512u);
  // 6 deviations of 512 fair coins: 68.
  EXPECT_NEAR(static_cast<double>(ones(key.glwe())), 256.0, 70.0);
}

TEST(ClientKey, TwoKeysShareNeitherBitsNorName) {
  const ClientKey first = generate_client_key(parameters);
  const ClientKey second = generate_client_key(parameters);
  EXPECT_FALSE(std::ranges::equal(first.glwe(), second.glwe()));
  EXPECT_NE(first.id(), second.id());
}

TEST(ClientKey, RefusesWrongSizesAndWordsThatAreNotBits) {
  const auto make = [](std::size_t n, std::size_t big, std::uint64_t word) {
    SecretVector<std::uint64_t> lwe(n), glwe(big);
    if (big > 0) glwe[0] = word;
    return ClientKey(parameters, std::move(lwe), std::move(glwe), Digest{});
  };
  EXPECT_NO_THROW(make(100, 512, 1));
  EXPECT_THROW(make(99, 512, 1), Error);
  EXPECT_THROW(make(100, 511, 1), Error);
  EXPECT_THROW(make(100, 512, 2), Error);
}

TEST(ClientKey, OfAChainHasAPairPerSetUnderOneName) {
  ParameterSpec second = parameters.spec();
  second.polynomial_size *= 2;
  const Parameters chain(parameters.spec(), {second});

  const ClientKey key = generate_client_key(chain);

  EXPECT_EQ(key.parameters().id(), chain.id());
  EXPECT_EQ(key.set(1).glwe().size(), 2 * key.glwe().size());
  EXPECT_EQ(key.set(1).id(), key.id());
  EXPECT_FALSE(std::ranges::equal(key.lwe(), key.set(1).lwe()));
  SecretVector<std::uint64_t> lwe(chain.n()), glwe(chain.big_dimension());
  EXPECT_THROW(ClientKey(chain, std::move(lwe), std::move(glwe), Digest{}), Error);
}

TEST(SeededEvaluationKey, IdDependsOnEveryPart) {
  SeededEvaluationKey key{.parameters = parameters,
                          .client_key_id = {},
                          .keyswitch_seed = {},
                          .bootstrap_seed = {},
                          .keyswitch_bodies = {1, 2},
                          .bootstrap_bodies = {3, 4}};
  const Digest id = key.id();
  EXPECT_EQ(key.id(), id);
  key.bootstrap_bodies[1] = 5;
  EXPECT_NE(key.id(), id);
  key.bootstrap_bodies[1] = 4;
  key.keyswitch_seed[0] = 1;
  EXPECT_NE(key.id(), id);
}

}  // namespace
}  // namespace basalt::tfhe::keys_test
