// The table of one instruction set. Included at the end of kernels_avx2.cpp and kernels_avx512.cpp,
// after the macros BASALT_SIMD_… are defined.
#pragma once

#include "torus/detail/points/point_step.hpp"
#include "torus/detail/simd/simd_alone.hpp"
#include "torus/detail/simd/simd_ends.hpp"
#include "torus/detail/simd/simd_middle.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {
namespace {

constexpr std::size_t outer = BASALT_SIMD_OUTER;

template <bool rotate>
void cut_digits(const SimdLayout& layout, const StepTask& task) {
  const FirstPass<rotate, outer> first{layout, task};
  for (std::size_t c = 0; c < layout.components; ++c) {
    double* const to = task.scratch + c * layout.levels * layout.polynomial_doubles;
    layout.wide ? first.wide(c, to) : first.narrow(c, to);
  }
}

void step(const SimdLayout& layout, const StepTask& task) {
  double* const z = task.scratch;
  const bool pairs = layout.group == 2;
  prefetch(task);
  pairs ? cut_digits<false>(layout, task) : cut_digits<true>(layout, task);
  PairMonomials monomials;
  if (pairs) monomials.prepare(layout, task.exponents, 1);
  const Middle<CiphertextLanes> middle{layout, {task.key, nullptr}, pairs ? &monomials : nullptr};
  for (std::size_t b = 0; b < (std::size_t{1} << outer); ++b) {
    middle.run(0, z + offset_of(layout, b, 0), layout.block, b, 1);
  }
  const LastPass<outer> last{layout, task};
  for (std::size_t c = 0; c < layout.components; ++c) {
    const double* const from = z + c * layout.polynomial_doubles;
    layout.wide ? last.wide(c, from) : last.narrow(c, from);
  }
}

constexpr std::size_t vectors = has_avx512 ? 3 : 1;  ///< Of one row of a panel.
constexpr std::size_t keyswitch_columns = vectors * 2 * lanes;

/// `count` ciphertexts times one panel; sums stay in registers over all rows.
template <std::size_t count>
void switch_keys(const KeyswitchTask& task) {
  const HalfWords tag;
  hn::Vec<HalfWords> sums[count][vectors];
  BASALT_UNROLL
  for (std::size_t c = 0; c < count; ++c) {
    BASALT_UNROLL
    for (std::size_t v = 0; v < vectors; ++v) {
      sums[c][v] = hn::LoadU(tag, task.out + c * task.stride + v * 2 * lanes);
    }
  }
  const std::uint32_t* key = task.panel;
  const std::int32_t* digits = task.digits;
  for (std::size_t row = 0; row < task.rows; ++row, key += keyswitch_columns, digits += count) {
    hn::Vec<HalfWords> words[vectors];
    BASALT_UNROLL
    for (std::size_t v = 0; v < vectors; ++v) words[v] = hn::Load(tag, key + v * 2 * lanes);
    BASALT_UNROLL
    for (std::size_t c = 0; c < count; ++c) {
      const auto digit = hn::Set(tag, static_cast<std::uint32_t>(digits[c]));
      BASALT_UNROLL
      for (std::size_t v = 0; v < vectors; ++v) {
        sums[c][v] = hn::Sub(sums[c][v], hn::Mul(words[v], digit));
      }
    }
  }
  BASALT_UNROLL
  for (std::size_t c = 0; c < count; ++c) {
    BASALT_UNROLL
    for (std::size_t v = 0; v < vectors; ++v) {
      hn::StoreU(sums[c][v], tag, task.out + c * task.stride + v * 2 * lanes);
    }
  }
}

void keyswitch(const KeyswitchTask& task) {
  if (task.ciphertexts == 1) return switch_keys<1>(task);
  if (task.ciphertexts == 2) return switch_keys<2>(task);
  if (task.ciphertexts == 4) return switch_keys<4>(task);
  switch_keys<8>(task);
}

/// Low 64 bits of a product, from three products of 32 bits where there is no instruction.
BASALT_INLINE I multiply_words(I a, I b) {
#if HWY_TARGET <= HWY_AVX3
  return I{_mm512_mullo_epi64(a.raw, b.raw)};
#else
  const HalfWords half;
  const auto low = hn::BitCast(Words(), hn::MulEven(hn::BitCast(half, a), hn::BitCast(half, b)));
  const auto first = hn::MulEven(hn::BitCast(half, hn::ShiftRight<32>(a)), hn::BitCast(half, b));
  const auto second = hn::MulEven(hn::BitCast(half, a), hn::BitCast(half, hn::ShiftRight<32>(b)));
  return hn::Add(low, hn::ShiftLeft<32>(hn::Add(first, second)));
#endif
}

void add_scaled(std::uint64_t* out, const std::uint64_t* in, std::uint64_t weight,
                std::size_t count) {
  const I factor = every(weight);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const I sum = hn::Add(load_unaligned(out + i), multiply_words(load_unaligned(in + i), factor));
    hn::StoreU(sum, Words(), out + i);
  }
  for (; i < count; ++i) out[i] += weight * in[i];
}

/// a * b where b < 2^32.
BASALT_INLINE I multiply_short(I a, I b) {
#if HWY_TARGET <= HWY_AVX3
  return multiply_words(a, b);
#else
  const HalfWords half;
  const auto low = hn::MulEven(hn::BitCast(half, a), hn::BitCast(half, b));
  const auto high = hn::MulEven(hn::BitCast(half, hn::ShiftRight<32>(a)), hn::BitCast(half, b));
  return hn::Add(low, hn::ShiftLeft<32>(high));
#endif
}

constexpr std::size_t sums_at_once = 8;  ///< Vectors of sums that stay in registers.

/// sums += weight * in; most weights are short, and negative as often as not, which matters where
/// a product of whole words takes several multiplications.
BASALT_INLINE void add_term(I (&sums)[sums_at_once], const std::uint64_t* in,
                            std::uint64_t weight) {
  const std::uint64_t opposite = 0 - weight;
  if (weight >> 32 == 0) {
    const I factor = every(weight);
    BASALT_UNROLL
    for (std::size_t v = 0; v < sums_at_once; ++v) {
      sums[v] = hn::Add(sums[v], multiply_short(load_unaligned(in + v * lanes), factor));
    }
  } else if (opposite >> 32 == 0) {
    const I factor = every(opposite);
    BASALT_UNROLL
    for (std::size_t v = 0; v < sums_at_once; ++v) {
      sums[v] = hn::Sub(sums[v], multiply_short(load_unaligned(in + v * lanes), factor));
    }
  } else {
    const I factor = every(weight);
    BASALT_UNROLL
    for (std::size_t v = 0; v < sums_at_once; ++v) {
      sums[v] = hn::Add(sums[v], multiply_words(load_unaligned(in + v * lanes), factor));
    }
  }
}

/// Adds one output's sum on sums_at_once vectors from word `i` on.
BASALT_INLINE void add_product(const ProductTask& task, std::size_t output, std::size_t i) {
  std::uint64_t* const out = task.out[output] + i;
  I sums[sums_at_once];
  BASALT_UNROLL
  for (std::size_t v = 0; v < sums_at_once; ++v) sums[v] = load_unaligned(out + v * lanes);
  for (std::size_t t = task.row_start[output]; t < task.row_start[output + 1]; ++t) {
    add_term(sums, task.in[task.column[t]] + i, task.weight[t]);
  }
  BASALT_UNROLL
  for (std::size_t v = 0; v < sums_at_once; ++v) hn::StoreU(sums[v], Words(), out + v * lanes);
}

/// A few words of all outputs before the next: what they read stays in the first level cache.
void add_products(const ProductTask& task) {
  constexpr std::size_t width = sums_at_once * lanes;
  const std::size_t whole = task.count / width * width;
  for (std::size_t i = 0; i < whole; i += width) {
    for (std::size_t output = 0; output < task.outputs; ++output) add_product(task, output, i);
  }
  for (std::size_t output = 0; output < task.outputs; ++output) {
    for (std::size_t t = task.row_start[output]; t < task.row_start[output + 1]; ++t) {
      add_scaled(task.out[output] + whole, task.in[task.column[t]] + whole, task.weight[t],
                 task.count - whole);
    }
  }
}

}  // namespace
}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace basalt::torus::detail {

extern const SimdKernels BASALT_SIMD_TABLE;
const SimdKernels BASALT_SIMD_TABLE = {
    .traits = {.lanes = HWY_NAMESPACE::lanes,
               .least_size_by_points = BASALT_SIMD_LEAST_BY_POINTS,
               .outer_levels = BASALT_SIMD_OUTER,
               .pass_levels = HWY_NAMESPACE::has_avx512 ? 3 : 2,
               .leaf_levels = BASALT_SIMD_LEAVES,
               .keyswitch_width = HWY_NAMESPACE::keyswitch_columns,
               .single_path_limit = BASALT_SIMD_MOST_ALONE},
    .step = HWY_NAMESPACE::step,
    .step_alone = HWY_NAMESPACE::step_alone,
    .step_of_points = HWY_NAMESPACE::step_of_points,
    .keyswitch = HWY_NAMESPACE::keyswitch,
    .add_scaled = HWY_NAMESPACE::add_scaled,
    .add_products = HWY_NAMESPACE::add_products};

}  // namespace basalt::torus::detail
