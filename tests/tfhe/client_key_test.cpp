#include "tfhe/client_key.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "tfhe/toy.hpp"

namespace basalt::tfhe::client_key_test {
namespace {

const Parameters parameters(toy_spec(100, 2, 256, {23, 1}));

std::size_t ones(std::span<const std::uint64_t> bits) {
  return static_cast<std::size_t>(std::ranges::count(bits, std::uint64_t{1}));
}

TEST(ClientKey, HasTheSizesOfItsParametersAndOnlyBits) {
  const ClientKey key = generate_client_key(parameters);

  ASSERT_EQ(key.stage_count(), 1u);
  const auto lwe = key.stage(0).lwe(), glwe = key.stage(0).glwe();
  EXPECT_EQ(lwe.size(), 100u);
  EXPECT_EQ(glwe.size(), 512u);
  EXPECT_EQ(ones(glwe) + static_cast<std::size_t>(std::ranges::count(glwe, 0u)), 512u);
  // 6 deviations of 512 fair coins: 68.
  EXPECT_NEAR(static_cast<double>(ones(glwe)), 256.0, 70.0);
}

TEST(ClientKey, TwoKeysShareNeitherBitsNorName) {
  const ClientKey first = generate_client_key(parameters);
  const ClientKey second = generate_client_key(parameters);
  EXPECT_FALSE(std::ranges::equal(first.stage(0).glwe(), second.stage(0).glwe()));
  EXPECT_NE(first.id(), second.id());
}

TEST(ClientKey, RefusesWrongSizesAndWordsThatAreNotBits) {
  const auto make = [](std::size_t n, std::size_t big, std::uint64_t word) {
    SecretVector<std::uint64_t> lwe(n), glwe(big);
    if (big > 0) glwe[0] = word;
    return SecretStageKeys(parameters, std::move(lwe), std::move(glwe));
  };
  EXPECT_NO_THROW(make(100, 512, 1));
  expect_error(ErrorCode::mismatch, "small key of 99 bits", [&] { make(99, 512, 1); });
  expect_error(ErrorCode::mismatch, "big key of 511 bits", [&] { make(100, 511, 1); });
  expect_error(ErrorCode::corrupt, "big key has words other than 0 and 1",
               [&] { make(100, 512, 2); });
}

TEST(ClientKey, OfAChainHasAPairPerStageUnderOneName) {
  ParameterSpec second = parameters.spec();
  second.polynomial_size *= 2;
  const ParameterChain chain = chain_of({parameters.spec(), second});

  const ClientKey key = generate_client_key(chain);

  EXPECT_EQ(key.parameters().id(), chain.id());
  ASSERT_EQ(key.stage_count(), 2u);
  EXPECT_EQ(key.stage(1).glwe().size(), 2 * key.stage(0).glwe().size());
  EXPECT_FALSE(std::ranges::equal(key.stage(0).lwe(), key.stage(1).lwe()));
  expect_error(ErrorCode::invalid_argument, "a chain without sets",
               [&] { ClientKey({}, Digest{}); });
}

}  // namespace
}  // namespace basalt::tfhe::client_key_test
