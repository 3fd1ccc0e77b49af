// The product of a step with two key bits: three keys, each times X^b - 1. Compiled once per
// instruction set.
#pragma once

#include "torus/detail/simd/simd_layout.hpp"
#include "torus/detail/simd/simd_sides.hpp"
#include "torus/detail/transform.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {

using detail::SimdLayout;

/// The first levels back and the way to memory.
template <class Twiddles, std::size_t count, std::size_t components>
BASALT_INLINE void join_leaf(Complex (*sums)[components], const double* table, double* z,
                             std::size_t polynomial) {
  constexpr std::size_t n = std::size_t{1} << count;
  BASALT_UNROLL
  for (std::size_t o = 0; o < components; ++o) {
    Complex values[n];
    BASALT_UNROLL
    for (std::size_t e = 0; e < n; ++e) values[e] = sums[e][o];
    join_points<count>(values, Twiddles{table});
    BASALT_UNROLL
    for (std::size_t e = 0; e < n; ++e) store_point(values[e], z + o * polynomial + e * point);
  }
}

BASALT_INLINE Complex times(const Complex& a, const Complex& b) {
  return {hn::NegMulAdd(a.im, b.im, hn::Mul(a.re, b.re)),
          hn::MulAdd(a.im, b.re, hn::Mul(a.re, b.im))};
}

/// a + b c.
BASALT_INLINE Complex times_and_add(const Complex& a, const Complex& b, const Complex& c) {
  return {hn::NegMulAdd(b.im, c.im, hn::MulAdd(b.re, c.re, a.re)),
          hn::MulAdd(b.im, c.re, hn::MulAdd(b.re, c.im, a.im))};
}

/// X^a1 and X^a2 of the ciphertexts of a step, point by point. The points of a leaf are the fourth
/// (second) roots of one number, so that their powers differ by powers of i.
struct alignas(64) PairMonomials {
  std::uint64_t exponents[2][lanes];
  std::uint64_t odd[2][lanes];       ///< All bits where the exponent is odd.
  std::uint64_t signs[2][3][lanes];  ///< Of i^(2a), and of the parts of i^a: sign bits.
  std::uint64_t mask;                ///< 2N - 1

  /// `step`: from one lane's exponent to the next; 0 where all have the same.
  void prepare(const SimdLayout& layout, const std::uint32_t* from, std::size_t step) {
    constexpr std::uint64_t sign = std::uint64_t{1} << 63;
    mask = 4 * layout.half - 1;
    for (std::size_t j = 0; j < 2; ++j) {
      for (std::size_t c = 0; c < lanes; ++c) {
        const std::uint64_t a = from[j * lanes + c * step], turn = a & 3;
        exponents[j][c] = a;
        odd[j][c] = 0 - (a & 1);
        signs[j][0][c] = (a & 1) != 0 ? sign : 0;
        signs[j][1][c] = turn == 1 || turn == 2 ? sign : 0;
        signs[j][2][c] = turn == 2 || turn == 3 ? sign : 0;
      }
    }
  }

  /// X^a at the first point of a leaf: that point is zeta^p, zeta the first 2N-th root of unity and
  /// p the leaf's power, so the value is zeta^(a p mod 2N), read from the table of roots.
  BASALT_INLINE Complex power(const PairMonomials& m, const SimdLayout& layout, std::size_t which,
                              I leaf_power) {
    const HalfWords half;
    const I product =
        hn::MulEven(hn::BitCast(half, load(m.exponents[which])), hn::BitCast(half, leaf_power));
    const I index = hn::Add(hn::And(product, every(m.mask)), hn::And(product, every(m.mask)));
    const hn::RebindToSigned<Words> signed_words;
    const auto at = hn::BitCast(signed_words, index);
    return {hn::GatherIndex(Doubles(), layout.roots, at),
            hn::GatherIndex(Doubles(), layout.roots + 1, at)};
  }

  BASALT_INLINE V with_sign(V value, const std::uint64_t* signs) {
    return as_doubles(hn::Xor(as_words(value), load(signs)));
  }

  /// X^a at all points of a leaf, which are i^t times the first one for t = 0, 2, 1, 3 (the order
  /// of the tree): i^(ta) times its value. t = 2 changes the sign where a is odd; t = 1 turns by a
  /// quarter a times, an exchange of the parts where a is odd and two signs; t = 3 is both.
  template <std::size_t count>
  BASALT_INLINE void spread(const PairMonomials& m, std::size_t which, Complex* powers) {
    const auto& signs = m.signs[which];
    if constexpr (count >= 1) {
      powers[1] = {with_sign(powers[0].re, signs[0]), with_sign(powers[0].im, signs[0])};
    }
    if constexpr (count == 2) {
      const I odd = load(m.odd[which]), re = as_words(powers[0].re), im = as_words(powers[0].im);
      const V real = as_doubles(hn::IfVecThenElse(odd, im, re));
      const V imaginary = as_doubles(hn::IfVecThenElse(odd, re, im));
      powers[2] = {with_sign(real, signs[1]), with_sign(imaginary, signs[2])};
      powers[3] = {with_sign(powers[2].re, signs[0]), with_sign(powers[2].im, signs[0])};
    }
  }
};

/// products[j][o] = sum over rows of value[row] key[j][row][o], at one point.
template <class Side, std::size_t components>
BASALT_INLINE void multiply_rows(const double* values, std::size_t polynomial, std::size_t rows,
                                 const double* key, Complex (*products)[components]) {
  const auto add = [&](std::size_t j, std::size_t row, const Complex& value)
      __attribute__((always_inline)) {
    const double* const words = key + (j * rows + row) * 2 * components * Side::Twiddles::spread;
    BASALT_UNROLL
    for (std::size_t o = 0; o < components; ++o) {
      const V re = Side::key_word(words, 2 * o), im = Side::key_word(words, 2 * o + 1);
      row == 0 ? multiply_add<true>(value, re, im, products[j][o])
               : multiply_add<false>(value, re, im, products[j][o]);
    }
  };
  const Complex first = load_point(values);
  BASALT_UNROLL
  for (std::size_t j = 0; j < 3; ++j) add(j, 0, first);
  BASALT_UNROLL
  for (std::size_t row = 1; row < rows; ++row) {
    const Complex value = load_point(values + row * polynomial);
    BASALT_UNROLL
    for (std::size_t j = 0; j < 3; ++j) add(j, row, value);
  }
}

/// The last levels of splitting, the three products P1, P2, P3 times X^a1 - 1, X^a2 - 1 and
/// X^(a1 + a2) - 1, and the first levels of merging. The key, which begins at `key`, is ordered by
/// leaf, point, product, row, component.
///
/// Of the key bits s, t of a step the GGSW ciphertexts encrypt s(1-t), (1-s)t and st, of which at
/// most one is 1, and X^(a1 s + a2 t) - 1 is the sum of the three factors times these. So
///   ACC += (X^a1 - 1) P1 + (X^a2 - 1) P2 + (X^(a1+a2) - 1) P3,   Pj = GGSW_j x ACC:
/// one decomposition and one transform for two bits. In the transform X^a is a number per point.
/// Source: Zhou et al., 2017/735; this form with three keys: Bourse et al., 2017/1114.
template <class Side, std::size_t count, std::size_t components, bool one_level>
void multiply_pairs(const SimdLayout& layout, const PairMonomials& monomials, double* z,
                    std::size_t first_leaf, std::size_t leaves, const double* key) {
  constexpr std::size_t n = std::size_t{1} << count;
  using Twiddles = typename Side::Twiddles;
  constexpr std::size_t step = 2 * twiddles_of(count) * Twiddles::spread;
  const std::size_t rows = one_level ? components : layout.rows;
  const std::size_t polynomial = layout.polynomial_doubles;
  const double* table = layout.leaf + first_leaf * step;
  const std::size_t key_step = 3 * rows * 2 * components * Twiddles::spread;
  for (std::size_t leaf = 0; leaf < leaves; ++leaf, z += n * point, table += step) {
    // 1. The last levels of the transform of all rows of digits, back to memory: the products below
    //    go point by point through all rows.
    for (std::size_t row = 0; row < rows; ++row) {
      double* const at = z + row * polynomial;
      Complex values[n];
      BASALT_UNROLL
      for (std::size_t e = 0; e < n; ++e) values[e] = load_point(at + e * point);
      split_points<count>(values, Twiddles{table});
      BASALT_UNROLL
      for (std::size_t e = 0; e < n; ++e) store_point(values[e], at + e * point);
    }
    // 2. The monomials X^a1 and X^a2 at the leaf's points: one look-up each, for up to four points.
    const I leaf_power = Side::leaf_power(layout.leaf_powers, first_leaf + leaf);
    Complex first[n], second[n];
    first[0] = PairMonomials::power(monomials, layout, 0, leaf_power);
    second[0] = PairMonomials::power(monomials, layout, 1, leaf_power);
    PairMonomials::spread<count>(monomials, 0, first);
    PairMonomials::spread<count>(monomials, 1, second);
    Complex sums[n][components];
    BASALT_UNROLL
    for (std::size_t e = 0; e < n; ++e, key += key_step) {
      // 3. The products first: all lanes of ciphertexts share the key's words, not the monomials.
      Complex p[3][components];
      multiply_rows<Side, components>(z + e * point, polynomial, rows, key, p);
      BASALT_UNROLL
      for (std::size_t o = 0; o < components; ++o) {
        // 4. X^a1 (P1 + X^a2 P3) + X^a2 P2 - (P1 + P2 + P3): three complex products, and
        //    X^(a1+a2) is never needed by itself.
        const Complex once = {hn::Add(hn::Add(p[0][o].re, p[1][o].re), p[2][o].re),
                              hn::Add(hn::Add(p[0][o].im, p[1][o].im), p[2][o].im)};
        const Complex inner = times_and_add(p[0][o], second[e], p[2][o]);
        const Complex turned = times_and_add(times(first[e], inner), second[e], p[1][o]);
        sums[e][o] = {hn::Sub(turned.re, once.re), hn::Sub(turned.im, once.im)};
      }
    }
    // 5. The first levels back, over the digits, which nobody reads any more.
    join_leaf<Twiddles, count, components>(sums, table, z, polynomial);
  }
}

}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
