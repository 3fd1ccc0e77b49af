#include "tfhe/detail/glwe_encryptor.hpp"

#include "base/error.hpp"
#include "tfhe/glwe.hpp"

namespace basalt::tfhe::detail {

GlweEncryptor::GlweEncryptor(const ClientKey& key)
    : key_(key),
      plan_(key.parameters().N()),
      noise_(key.parameters().spec().noise_kind, key.parameters().spec().glwe_noise) {
  const std::size_t size = key.parameters().N();
  for (std::size_t c = 0; c < key.parameters().k(); ++c) {
    components_.emplace_back(plan_, key.glwe().subspan(c * size, size));
  }
}

void GlweEncryptor::encrypt(const MaskSeed& seed, std::uint64_t index, SecureRandom& random,
                            std::span<Torus> body) const {
  const Parameters& parameters = key_.parameters();
  const std::size_t size = parameters.N();
  require(body.size() <= size, ErrorCode::invalid_argument, "encrypt: ", body.size(),
          " messages, expected at most the ", size, " coefficients of a polynomial");
  std::vector<Torus> masks(parameters.big_dimension());
  SecretVector<Torus> product(size);  // with the public masks it would tell the key
  expand_masks(parameters, seed, index, masks);
  for (std::size_t c = 0; c < components_.size(); ++c) {
    components_[c].multiply_add(std::span(masks).subspan(c * size, size),
                                {product.data(), product.size()});
  }
  for (std::size_t j = 0; j < body.size(); ++j) body[j] += product[j] + noise_.draw(random);
}

}  // namespace basalt::tfhe::detail
