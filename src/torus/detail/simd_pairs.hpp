// The product of a step with two key bits: three keys, each times X^b - 1. Compiled once per
// instruction set.
#pragma once

#include "torus/detail/simd_layout.hpp"
#include "torus/detail/simd_vector.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

using detail::SimdLayout;

/// The first levels of merging, whose twiddles are 1 and -i, and the way back to memory.
template <std::size_t count, std::size_t components>
BASALT_INLINE void merge_leaf(Complex (*sums)[components], double* z, std::size_t polynomial) {
  constexpr std::size_t n = std::size_t{1} << count;
  BASALT_UNROLL
  for (std::size_t o = 0; o < components; ++o) {
    if constexpr (count >= 1) {
      BASALT_UNROLL
      for (std::size_t e = 0; e < n; e += 2) {
        plain_butterfly<Turn::none>(sums[e][o], sums[e + 1][o]);
      }
    }
    if constexpr (count == 2) {
      plain_butterfly<Turn::none>(sums[0][o], sums[2][o]);
      plain_butterfly<Turn::right>(sums[1][o], sums[3][o]);
    }
    BASALT_UNROLL
    for (std::size_t e = 0; e < n; ++e) store_point(sums[e][o], z + o * polynomial + e * point);
  }
}

BASALT_INLINE Complex times(const Complex& a, const Complex& b) {
  return {hn::NegMulAdd(a.im, b.im, hn::Mul(a.re, b.re)),
          hn::MulAdd(a.im, b.re, hn::Mul(a.re, b.im))};
}

/// X^b of the ciphertexts of a step for b = a1, a2 and a1 + a2, point by point. The points of a
/// leaf are the fourth (second) roots of one number, so that their powers differ by powers of i.
struct alignas(64) PairMonomials {
  std::uint64_t exponents[2][lanes];
  alignas(64) double turns[3][4][point];  ///< i^(b t) for t = 0, 2, 1, 3, the order of a leaf.
  std::uint64_t mask;                     ///< 2N - 1

  void prepare(const SimdLayout& layout, const std::uint32_t* from) {
    constexpr double re[4] = {1.0, 0.0, -1.0, 0.0}, im[4] = {0.0, 1.0, 0.0, -1.0};
    constexpr std::uint64_t order[4] = {0, 2, 1, 3};
    mask = 4 * layout.half - 1;
    for (std::size_t c = 0; c < lanes; ++c) {
      const std::uint64_t first = from[c], second = from[lanes + c];
      const std::uint64_t b[3] = {first, second, first + second};
      exponents[0][c] = first;
      exponents[1][c] = second;
      for (std::size_t j = 0; j < 3; ++j) {
        for (std::size_t e = 0; e < 4; ++e) {
          turns[j][e][c] = re[b[j] * order[e] & 3];
          turns[j][e][lanes + c] = im[b[j] * order[e] & 3];
        }
      }
    }
  }

  /// X^a1 or X^a2 at the first point of a leaf.
  BASALT_INLINE Complex power(const PairMonomials& m, const SimdLayout& layout, std::size_t which,
                              std::uint64_t leaf_power) {
    const HalfWords half;
    const I product = hn::MulEven(hn::BitCast(half, load_unaligned(m.exponents[which])),
                                  hn::BitCast(half, every(leaf_power)));
    const I index = hn::Add(hn::And(product, every(m.mask)), hn::And(product, every(m.mask)));
    const hn::RebindToSigned<Words> signed_words;
    const auto at = hn::BitCast(signed_words, index);
    return {hn::GatherIndex(Doubles(), layout.roots, at),
            hn::GatherIndex(Doubles(), layout.roots + 1, at)};
  }
};

/// The last levels of splitting, the three products times their factors and the first levels of
/// merging. The key is ordered by leaf, point, product, row, component.
template <bool tangents, std::size_t count, std::size_t components>
void multiply_pairs(const SimdLayout& layout, const PairMonomials& monomials, double* z,
                    std::size_t first_leaf, std::size_t leaves, const double* key) {
  constexpr std::size_t n = std::size_t{1} << count;
  constexpr std::size_t pairs = count == 3 ? 4 : count;
  const std::size_t rows = layout.rows, polynomial = layout.polynomial_doubles;
  const double* table = layout.leaf_forward + first_leaf * 2 * pairs;
  key += first_leaf * 2 * n * 3 * rows * components;
  for (std::size_t leaf = 0; leaf < leaves; ++leaf, z += n * point, table += 2 * pairs) {
    for (std::size_t row = 0; row < rows; ++row) {
      double* const at = z + row * polynomial;
      Complex values[n];
      BASALT_UNROLL
      for (std::size_t e = 0; e < n; ++e) values[e] = load_point(at + e * point);
      split<tangents, count>(values, table);
      BASALT_UNROLL
      for (std::size_t e = 0; e < n; ++e) store_point(values[e], at + e * point);
    }
    const std::uint64_t leaf_power = layout.leaf_powers[first_leaf + leaf];
    Complex powers[3];
    powers[0] = PairMonomials::power(monomials, layout, 0, leaf_power);
    powers[1] = PairMonomials::power(monomials, layout, 1, leaf_power);
    powers[2] = times(powers[0], powers[1]);
    Complex sums[n][components];
    BASALT_UNROLL
    for (std::size_t e = 0; e < n; ++e) {
      BASALT_UNROLL
      for (std::size_t j = 0; j < 3; ++j) {
        Complex factor = times(powers[j], load_point(monomials.turns[j][e]));
        factor.re = hn::Sub(factor.re, every(1.0));
        Complex product[components];
        BASALT_UNROLL
        for (std::size_t o = 0; o < components; ++o) product[o] = {every(0.0), every(0.0)};
        for (std::size_t row = 0; row < rows; ++row, key += 2 * components) {
          const Complex value = load_point(z + row * polynomial + e * point);
          BASALT_UNROLL
          for (std::size_t o = 0; o < components; ++o) {
            const V re = every(key[2 * o]), im = every(key[2 * o + 1]);
            product[o].re = hn::MulAdd(value.re, re, product[o].re);
            product[o].im = hn::MulAdd(value.re, im, product[o].im);
            product[o].re = hn::NegMulAdd(value.im, im, product[o].re);
            product[o].im = hn::MulAdd(value.im, re, product[o].im);
          }
        }
        BASALT_UNROLL
        for (std::size_t o = 0; o < components; ++o) {
          const Complex term = times(factor, product[o]);
          sums[e][o] =
              j == 0 ? term
                     : Complex{hn::Add(sums[e][o].re, term.re), hn::Add(sums[e][o].im, term.im)};
        }
      }
    }
    merge_leaf<count, components>(sums, z, polynomial);
  }
}

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
