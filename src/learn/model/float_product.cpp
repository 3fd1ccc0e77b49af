#include "learn/model/float_product.hpp"

#include "base/error.hpp"

namespace basalt::learn {
namespace {

struct Extents {
  std::size_t rows, inner, columns;
};

/// Sixteen columns at a time; the compiler splits them into the registers of its target.
using Lanes [[gnu::vector_size(64)]] = float;
/// The same in memory, at any address.
using LooseLanes [[gnu::vector_size(64), gnu::aligned(4), gnu::may_alias]] = float;
constexpr std::size_t lane_count = 16;

/// `Rows` rows by `Blocks` x 16 columns of the product at once. Only unrolled loops over single
/// lanes keep the sums in registers: without, they are stored in every round, at a third of the
/// speed.
template <std::size_t Rows, std::size_t Blocks>
[[gnu::always_inline]] inline void tile(const float* a, const float* b, float* out,
                                        const Extents& extents) {
  Lanes sums[Rows][Blocks] = {};
  for (std::size_t k = 0; k < extents.inner; ++k) {
    Lanes row[Blocks];
#pragma GCC unroll 8
    for (std::size_t block = 0; block < Blocks; ++block) {
      row[block] =
          *reinterpret_cast<const LooseLanes*>(b + k * extents.columns + block * lane_count);
    }
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Rows; ++i) {
#pragma GCC unroll 8
      for (std::size_t block = 0; block < Blocks; ++block) {
        sums[i][block] += row[block] * a[i * extents.inner + k];
      }
    }
  }
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Rows; ++i) {
#pragma GCC unroll 8
    for (std::size_t block = 0; block < Blocks; ++block) {
      *reinterpret_cast<LooseLanes*>(out + i * extents.columns + block * lane_count) =
          sums[i][block];
    }
  }
}

/// All columns, of which there is a multiple of 16, at most `Blocks` x 16 at once.
template <std::size_t Rows, std::size_t Blocks>
[[gnu::always_inline]] inline void band(const float* a, const float* b, float* out,
                                        const Extents& extents) {
  std::size_t j = 0;
  for (; j + Blocks * lane_count <= extents.columns; j += Blocks * lane_count) {
    tile<Rows, Blocks>(a, b + j, out + j, extents);
  }
  for (; j + lane_count <= extents.columns; j += lane_count) {
    tile<Rows, 1>(a, b + j, out + j, extents);
  }
}

template <std::size_t Blocks>
[[gnu::always_inline]] inline void product(const float* a, const float* b, float* out,
                                           const Extents& extents) {
  std::size_t i = 0;
  for (; i + 6 <= extents.rows; i += 6) {
    band<6, Blocks>(a + i * extents.inner, b, out + i * extents.columns, extents);
  }
  for (; i + 2 <= extents.rows; i += 2) {
    band<2, Blocks>(a + i * extents.inner, b, out + i * extents.columns, extents);
  }
  for (; i < extents.rows; ++i) {
    band<1, Blocks>(a + i * extents.inner, b, out + i * extents.columns, extents);
  }
}

// One body, three instruction sets. Every element is the same sum in the same order in each of
// them (contraction is off), so the choice changes the time only. 32 registers of 64 bytes hold
// the sums of 64 columns, 16 shorter ones those of 16.
void product_plain(const float* a, const float* b, float* out, const Extents& extents) {
  product<1>(a, b, out, extents);
}
#if defined(__x86_64__)
[[gnu::target("avx2")]] void product_avx2(const float* a, const float* b, float* out,
                                          const Extents& extents) {
  product<1>(a, b, out, extents);
}
[[gnu::target("avx512f")]] void product_avx512(const float* a, const float* b, float* out,
                                               const Extents& extents) {
  product<4>(a, b, out, extents);
}
#endif

using Product = void (*)(const float*, const float*, float*, const Extents&);

Product best_product() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return product_avx512;
  if (__builtin_cpu_supports("avx2")) return product_avx2;
#endif
  return product_plain;
}

}  // namespace

void multiply(const FloatMatrix& a, const FloatMatrix& b, FloatMatrix& out) {
  require(a.cols() == b.rows(), ErrorCode::mismatch, "multiply: ", a.cols(), " columns times ",
          b.rows(), " rows");
  static const Product kernel = best_product();
  const auto rows = static_cast<std::size_t>(a.rows()), inner = static_cast<std::size_t>(a.cols());
  const auto columns = static_cast<std::size_t>(b.cols());
  const std::size_t padded = (columns + lane_count - 1) / lane_count * lane_count;
  if (padded == columns) {
    out.resize(a.rows(), b.cols());
    kernel(a.data(), b.data(), out.data(), {rows, inner, columns});
    return;
  }
  FloatMatrix wide = FloatMatrix::Zero(b.rows(), static_cast<Eigen::Index>(padded));
  wide.leftCols(b.cols()) = b;
  FloatMatrix wide_out(a.rows(), wide.cols());
  kernel(a.data(), wide.data(), wide_out.data(), {rows, inner, padded});
  out = wide_out.leftCols(b.cols());
}

void multiply_transposed(const FloatMatrix& a, const FloatMatrix& b, FloatMatrix& out) {
  const FloatMatrix turned = b.transpose();
  multiply(a, turned, out);
}

void transposed_multiply(const FloatMatrix& a, const FloatMatrix& b, FloatMatrix& out) {
  const FloatMatrix turned = a.transpose();
  multiply(turned, b, out);
}

}  // namespace basalt::learn
