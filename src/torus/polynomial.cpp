#include "torus/polynomial.hpp"

#include <algorithm>
#include <bit>
#include <vector>

#include "base/error.hpp"

namespace basalt::torus {
namespace {

void require_same_size(const char* what, std::size_t a, std::size_t b) {
  require(a == b, ErrorCode::mismatch, what, ": polynomials of ", a, " and ", b,
          " coefficients, expected equal sizes");
}

/// out[0, 2n - 1) = a * b. `scratch` holds at least 4n words.
void karatsuba(const Torus* a, const Torus* b, Torus* out, std::size_t n, Torus* scratch) {
  if (n <= 32) {
    std::fill_n(out, 2 * n - 1, 0);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) out[i + j] += a[i] * b[j];
    }
    return;
  }
  const std::size_t h = n / 2;
  Torus* sum_a = scratch;
  Torus* sum_b = scratch + h;
  Torus* middle = scratch + n;  // n - 1 words, and one unused
  for (std::size_t i = 0; i < h; ++i) {
    sum_a[i] = a[i] + a[i + h];
    sum_b[i] = b[i] + b[i + h];
  }
  karatsuba(sum_a, sum_b, middle, h, scratch + 2 * n);
  karatsuba(a, b, out, h, scratch + 2 * n);
  karatsuba(a + h, b + h, out + n, h, scratch + 2 * n);
  out[n - 1] = 0;
  for (std::size_t i = 0; i + 1 < n; ++i) middle[i] -= out[i] + out[n + i];
  for (std::size_t i = 0; i + 1 < n; ++i) out[h + i] += middle[i];
}

}  // namespace

void rotate(std::span<const Torus> in, std::size_t exponent, std::span<Torus> out) {
  require_same_size("rotate", in.size(), out.size());
  const std::size_t n = in.size();
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t to = (i + exponent) % (2 * n);
    out[to % n] = to < n ? in[i] : 0 - in[i];
  }
}

void multiply_add(std::span<const Torus> a, std::span<const Torus> b, std::span<Torus> out) {
  require_same_size("multiply", a.size(), b.size());
  require_same_size("multiply", a.size(), out.size());
  const std::size_t n = a.size();
  require(std::has_single_bit(n), ErrorCode::invalid_argument, "multiply: polynomials of ", n,
          " coefficients, expected a power of two");
  std::vector<Torus> product(2 * n), scratch(8 * n);
  karatsuba(a.data(), b.data(), product.data(), n, scratch.data());
  for (std::size_t i = 0; i < n; ++i) out[i] += product[i] - product[i + n];
}

}  // namespace basalt::torus
