#include "tfhe/glwe_encryptor.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"
#include "tfhe/toy.hpp"
#include "torus/detail/kernel_table.hpp"
#include "torus/polynomial.hpp"

namespace basalt::tfhe::glwe_encryptor_test {
namespace {

TEST(GlweEncryptor, BodyIsMessagePlusMasksTimesKeyWithoutNoise) {
  ParameterSpec spec = toy_spec(0, 2, 512, {23, 1});
  spec.glwe_noise = 0.0;
  const ClientKey client = generate_client_key(Parameters(spec));
  const SecretStageKeys& secret = client.stage(0);
  const MaskSeed seed = SecureRandom::mask_seed();
  SecureRandom random;
  std::vector<Torus> expected(512, 77), masks(1024);
  expand_masks(secret.parameters(), seed, 4, masks);
  for (std::size_t c = 0; c < 2; ++c) {
    torus::multiply_add(std::span(masks).subspan(c * 512, 512), secret.glwe().subspan(c * 512, 512),
                        expected);
  }

  for (const torus::Kernels* kernels : testing_support::kernel_sets()) {
    SCOPED_TRACE(torus::name_of(*kernels));
    const GlweEncryptor encryptor(secret, *kernels);
    for (const std::size_t count : {1U, 64U, 100U, 256U, 257U, 512U}) {
      std::vector<Torus> body(count, 77);
      encryptor.encrypt(seed, 4, random, body);
      EXPECT_TRUE(std::ranges::equal(body, std::span(expected).first(count))) << count;
    }
  }
}

std::size_t products = 0;

/// Plain kernels that count their calls.
torus::Kernels counted_kernels() {
  torus::Kernels kernels = torus::reference_kernels;
  kernels.add_products = [](const torus::ProductTask& task) {
    ++products;
    torus::reference_kernels.add_products(task);
  };
  return kernels;
}

TEST(GlweEncryptor, FewMessagesAreEncryptedByTheKernelsThatWereChosen) {
  const ClientKey client = generate_client_key(Parameters(toy_spec(0, 2, 256, {23, 1})));
  const SecretStageKeys& secret = client.stage(0);
  const torus::Kernels kernels = counted_kernels();
  const GlweEncryptor encryptor(secret, kernels);
  SecureRandom random;
  std::vector<Torus> few(3), whole(256);
  products = 0;

  encryptor.encrypt(SecureRandom::mask_seed(), 0, random, few);
  EXPECT_EQ(products, 2u);
  encryptor.encrypt(SecureRandom::mask_seed(), 0, random, whole);
  EXPECT_EQ(products, 2u);
}

TEST(GlweEncryptor, RefusesMoreMessagesThanCoefficients) {
  const ClientKey client = generate_client_key(Parameters(toy_spec(0, 1, 256, {23, 1})));
  const SecretStageKeys& secret = client.stage(0);
  const GlweEncryptor encryptor(secret, testing_support::chosen_kernels());
  SecureRandom random;
  std::vector<Torus> body(257);
  expect_error(ErrorCode::invalid_argument, "messages, expected at most",
               [&] { encryptor.encrypt({}, 0, random, body); });
}

}  // namespace
}  // namespace basalt::tfhe::glwe_encryptor_test
