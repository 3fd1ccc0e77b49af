#include "tfhe/glwe_encryptor.hpp"

#include "base/error.hpp"
#include "tfhe/glwe.hpp"
#include "torus/linear.hpp"

namespace basalt::tfhe {

namespace {

/// Up to so many coefficients the plain sums are faster than a transform.
constexpr std::size_t short_body = 256;

/// out += the first coefficients of mask times key modulo X^N + 1. Coefficient t of mask * X^m is
/// word N + t - m of "minus mask, then mask". What is read does not depend on the key.
void add_first_coefficients(const torus::Kernels& kernels, std::span<const Torus> mask,
                            std::span<const std::uint64_t> key, std::span<Torus> out) {
  const std::size_t size = mask.size();
  std::vector<Torus> window(2 * size);
  std::vector<const Torus*> shifted(size);
  std::vector<std::uint32_t> column(size);
  for (std::size_t m = 0; m < size; ++m) {
    window[m] = 0 - mask[m];
    window[size + m] = mask[m];
    shifted[m] = window.data() + size - m;
    column[m] = static_cast<std::uint32_t>(m);
  }
  const std::uint32_t row_start[]{0, static_cast<std::uint32_t>(size)};
  Torus* const rows[]{out.data()};
  torus::add_products(kernels, {row_start, column, key}, rows, shifted, out.size());
}

}  // namespace

GlweEncryptor::GlweEncryptor(const SecretStageKeys& key, const torus::Kernels& kernels)
    : key_(key),
      kernels_(kernels),
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
  const bool few = body.size() <= short_body && body.size() < size;
  const std::span<Torus> sums(product.data(), few ? body.size() : size);
  for (std::size_t c = 0; c < parameters.k(); ++c) {
    const auto mask = std::span(masks).subspan(c * size, size);
    if (few) {
      add_first_coefficients(kernels_, mask, key_.glwe().subspan(c * size, size), sums);
    } else {
      components_[c].multiply_add(mask, sums);
    }
  }
  for (std::size_t j = 0; j < body.size(); ++j) body[j] += product[j] + noise_.draw(random);
}

}  // namespace basalt::tfhe
