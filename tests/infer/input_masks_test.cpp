// Windows of expanded masks are the masks of extracted ciphertexts.
#include "infer/input_masks.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/encrypted.hpp"
#include "tfhe/glwe.hpp"

namespace basalt::infer::input_masks_test {
namespace {

TEST(InputMasks, AreThoseOfSampleExtraction) {
  tfhe::ParameterSpec spec = testing::linear_spec(256);
  spec.glwe_dimension = 2;
  const tfhe::Parameters parameters(spec);
  const std::size_t inputs = 300;
  EncryptedBatch batch{.circuit_id = {},
                       .client_key_id = {},
                       .seed = SecureRandom::mask_seed(),
                       .first_stream = 5,
                       .rows = 4,
                       .inputs = inputs,
                       .bodies = {}};
  InputMasks masks(parameters, inputs, 2);

  masks.expand(batch, 3, 1);

  std::vector<tfhe::Torus> polynomials(512), lwe(513);
  for (const std::size_t input :
       {std::size_t{0}, std::size_t{1}, std::size_t{255}, std::size_t{256}, std::size_t{299}}) {
    expand_masks(parameters, batch.seed, 5 + 3 * 2 + input / 256, polynomials);
    tfhe::sample_extract(polynomials, 0, 2, 256, input % 256, lwe);
    for (std::size_t c = 0; c < 2; ++c) {
      const auto window = masks.mask(1, input, c);
      ASSERT_TRUE(std::ranges::equal(window, std::span(lwe).subspan(c * 256, 256))) << input;
    }
  }
}

}  // namespace
}  // namespace basalt::infer::input_masks_test
