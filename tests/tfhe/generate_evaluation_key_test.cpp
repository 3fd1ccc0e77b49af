#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"
#include "tfhe/statistics.hpp"
#include "tfhe/toy.hpp"
#include "torus/polynomial.hpp"

namespace basalt::tfhe::generate_evaluation_key_test {
namespace {

ParameterSpec silent(ParameterSpec spec) {
  spec.lwe_noise = spec.glwe_noise = 0.0;
  return spec;
}

/// Phase of bootstrap row `row`: body - masks times key.
std::vector<Torus> row_phase(const SecretStageKeys& client, const SeededStageKeys& key,
                             std::size_t row) {
  const std::size_t N = client.parameters().N(), k = client.parameters().k();
  std::vector<Torus> masks(k * N), product(N);
  expand_masks(client.parameters(), key.bootstrap_seed, row, masks);
  for (std::size_t c = 0; c < k; ++c) {
    torus::multiply_add(std::span(masks).subspan(c * N, N), client.glwe().subspan(c * N, N),
                        product);
  }
  std::vector<Torus> phase(N);
  for (std::size_t j = 0; j < N; ++j) phase[j] = key.bootstrap_bodies[row * N + j] - product[j];
  return phase;
}

/// What row (component, level) of a GGSW of `message` encrypts.
std::vector<Torus> gadget(const SecretStageKeys& client, Torus message, std::size_t component,
                          int shift) {
  const std::size_t N = client.parameters().N();
  std::vector<Torus> expected(N);
  if (component == client.parameters().k()) {
    expected[0] = message << shift;
  } else {
    for (std::size_t j = 0; j < N; ++j) {
      expected[j] = 0 - ((message * client.glwe()[component * N + j]) << shift);
    }
  }
  return expected;
}

TEST(EvaluationKey, BootstrapRowsEncryptTheBitsTimesTheGadget) {
  ThreadTeam team(2);
  const ClientKey whole = generate_client_key(Parameters(silent(toy_spec(4, 2, 256, {7, 2}))));
  const SecretStageKeys& client = whole.stage(0);
  const SeededStageKeys key = generate_evaluation_key(whole, team).stages.at(0);
  ASSERT_EQ(key.bootstrap_bodies.size(), 4u * 6 * 256);
  for (std::size_t bit = 0; bit < 4; ++bit) {
    for (std::size_t row = 0; row < 6; ++row) {
      const int shift = 64 - 7 * static_cast<int>(row % 2 + 1);
      EXPECT_EQ(row_phase(client, key, bit * 6 + row),
                gadget(client, client.lwe()[bit], row / 2, shift));
    }
  }
}

TEST(EvaluationKey, AGroupOfTwoBitsHasTheirThreeProducts) {
  ThreadTeam team(1);
  ParameterSpec spec = silent(toy_spec(6, 1, 256, {20, 1}));
  spec.group = 2;
  const ClientKey whole = generate_client_key(Parameters(spec));
  const SecretStageKeys& client = whole.stage(0);
  const SeededStageKeys key = generate_evaluation_key(whole, team).stages.at(0);
  ASSERT_EQ(key.bootstrap_bodies.size(), 3u * 3 * 2 * 256);
  for (std::size_t step = 0; step < 3; ++step) {
    const Torus a = client.lwe()[2 * step], b = client.lwe()[2 * step + 1];
    const Torus messages[3] = {a * (1 - b), (1 - a) * b, a * b};
    for (std::size_t product = 0; product < 3; ++product) {
      for (std::size_t row = 0; row < 2; ++row) {
        EXPECT_EQ(row_phase(client, key, (step * 3 + product) * 2 + row),
                  gadget(client, messages[product], row, 44));
      }
    }
  }
}

TEST(EvaluationKey, KeyswitchRowsEncryptTheBigKeyWithTheSmallNoise) {
  ThreadTeam team(2);
  const ParameterSpec spec = toy_spec(64, 1, 1024, {23, 1}, {.base_log = 4, .levels = 3});
  const ClientKey whole = generate_client_key(Parameters(spec));
  const SecretStageKeys& client = whole.stage(0);
  const SeededStageKeys key = generate_evaluation_key(whole, team).stages.at(0);
  std::vector<Torus> mask(64);
  Sample errors;
  for (std::size_t row = 0; row < 3072; ++row) {
    MaskStream(key.keyswitch_seed, row).fill(mask);
    Torus phase = key.keyswitch_bodies[row];
    for (std::size_t j = 0; j < 64; ++j) phase -= mask[j] * client.lwe()[j];
    phase -= client.glwe()[row / 3] << (60 - 4 * (row % 3));
    errors.add(torus::to_real(phase));
  }
  EXPECT_TRUE(errors.has_variance(spec.lwe_noise * spec.lwe_noise));
}

TEST(EvaluationKey, ParametersWithoutBootstrapHaveAnEmptyKey) {
  ThreadTeam team(1);
  const ClientKey client = generate_client_key(Parameters(toy_spec(0, 1, 256, {23, 1})));
  const SeededEvaluationKey seeded = generate_evaluation_key(client, team);
  ASSERT_EQ(seeded.stages.size(), 1u);
  EXPECT_TRUE(seeded.stages[0].keyswitch_bodies.empty());
  EXPECT_TRUE(seeded.stages[0].bootstrap_bodies.empty());

  const EvaluationKey key(seeded, testing_support::chosen_kernels(), team);
  EXPECT_EQ(key.memory().value, 0u);
  expect_error(ErrorCode::mismatch, "there is no key switch",
               [&] { (void)key.stage(0).keyswitch_key(); });
  expect_error(ErrorCode::mismatch, "parameters have no bootstrap",
               [&] { BootstrapWorkspace(key.stage(0), 1); });
}

}  // namespace
}  // namespace basalt::tfhe::generate_evaluation_key_test
