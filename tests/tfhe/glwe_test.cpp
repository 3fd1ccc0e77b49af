#include "tfhe/glwe.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"
#include "tfhe/statistics.hpp"
#include "tfhe/toy.hpp"
#include "torus/polynomial.hpp"

namespace basalt::tfhe::glwe_test {
namespace {

TEST(Glwe, ExtractedCoefficientsDecryptToTheirMessages) {
  for (const std::size_t k : {std::size_t{1}, std::size_t{3}}) {
    const ClientKey client = generate_client_key(Parameters(toy_spec(0, k, 256, {23, 1})));
    const SecretStageKeys& secret = client.stage(0);
    std::vector<Torus> messages(256);
    for (std::size_t i = 0; i < 256; ++i) messages[i] = static_cast<Torus>(i) << 56;

    const LweBatch batch = encrypt_batch(secret, messages);

    for (std::size_t i = 0; i < 256; ++i) {
      const auto error = static_cast<std::int64_t>(phase(secret, batch[i]) - messages[i]);
      EXPECT_LT(std::abs(error), std::int64_t{1} << 20);  // 64 deviations of 2^-50
    }
  }
}

TEST(Glwe, FreshErrorsHaveTheVarianceOfTheParameters) {
  const ClientKey client = generate_client_key(Parameters(toy_spec(0, 1, 2048, {23, 1})));
  const SecretStageKeys& secret = client.stage(0);
  Sample errors;
  for (int i = 0; i < 4; ++i) {
    const LweBatch batch = encrypt_batch(secret, std::vector<Torus>(2048, 5ull << 60));
    for (std::size_t j = 0; j < batch.count(); ++j) {
      errors.add(torus::to_real(phase(secret, batch[j]) - (5ull << 60)));
    }
  }
  EXPECT_TRUE(errors.has_variance(0x1p-100));
  EXPECT_TRUE(errors.has_mean(0.0));
}

TEST(Glwe, FewMessagesGiveAsManyBodies) {
  const ClientKey client = generate_client_key(Parameters(toy_spec(0, 2, 256, {23, 1})));
  const SecretStageKeys& secret = client.stage(0);
  SecureRandom random;
  const MaskSeed seed = SecureRandom::mask_seed();
  std::vector<Torus> bodies = {1ull << 62, 3ull << 62}, masks(512), word(513);

  GlweEncryptor(secret, testing_support::chosen_kernels()).encrypt(seed, 9, random, bodies);
  expand_masks(secret.parameters(), seed, 9, masks);
  sample_extract(masks, bodies[1], 2, 256, 1, word);

  EXPECT_NEAR(torus::to_real(phase(secret, word)), -0.25, 1e-9);
}

TEST(Glwe, StreamsOfOneSeedHaveDifferentMasks) {
  const Parameters parameters(toy_spec(0, 1, 256, {23, 1}));
  const MaskSeed seed = SecureRandom::mask_seed();
  std::vector<Torus> first(256), second(256), again(256);

  expand_masks(parameters, seed, 0, first);
  expand_masks(parameters, seed, 1, second);
  expand_masks(parameters, seed, 0, again);

  EXPECT_EQ(first, again);
  EXPECT_NE(first, second);
}

TEST(Glwe, RefusesSizesThatDoNotFit) {
  const ClientKey client = generate_client_key(Parameters(toy_spec(0, 1, 256, {23, 1})));
  const SecretStageKeys& secret = client.stage(0);
  const MaskSeed seed{};
  std::vector<Torus> few(3), masks(256), word(257);
  expect_error(ErrorCode::mismatch, "room for 3 words",
               [&] { expand_masks(secret.parameters(), seed, 0, few); });
  expect_error(ErrorCode::mismatch, "expected a coefficient below",
               [&] { sample_extract(masks, 0, 1, 256, 256, word); });
  expect_error(ErrorCode::mismatch, "expected a coefficient below",
               [&] { sample_extract(masks, 0, 1, 256, 0, masks); });
  expect_error(ErrorCode::mismatch, "a mask of 255 words", [&] { (void)phase(secret, masks); });
}

}  // namespace
}  // namespace basalt::tfhe::glwe_test
