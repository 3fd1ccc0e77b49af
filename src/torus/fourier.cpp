#include "torus/fourier.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "torus/detail/tree_angle.hpp"

namespace basalt::torus {
namespace {

/// lo, hi = lo + w hi, lo - w hi over runs of `count` numbers.
void split(double* lo_re, double* lo_im, double* hi_re, double* hi_im, std::size_t count,
           double cosine, double sine) {
  for (std::size_t j = 0; j < count; ++j) {
    const double re = cosine * hi_re[j] - sine * hi_im[j];
    const double im = cosine * hi_im[j] + sine * hi_re[j];
    hi_re[j] = lo_re[j] - re;
    hi_im[j] = lo_im[j] - im;
    lo_re[j] += re;
    lo_im[j] += im;
  }
}

/// The inverse of split, times 2.
void join(double* lo_re, double* lo_im, double* hi_re, double* hi_im, std::size_t count,
          double cosine, double sine) {
  for (std::size_t j = 0; j < count; ++j) {
    const double re = lo_re[j] - hi_re[j];
    const double im = lo_im[j] - hi_im[j];
    lo_re[j] += hi_re[j];
    lo_im[j] += hi_im[j];
    hi_re[j] = cosine * re + sine * im;
    hi_im[j] = cosine * im - sine * re;
  }
}

constexpr int limb_bits = 22;

/// Half of the range of the limb at `shift`; the last limb has the bits that are left.
constexpr Torus half_range(int shift) {
  return Torus{1} << (std::min(shift + limb_bits, 64) - shift - 1);
}

constexpr Torus limb_offset() {
  Torus offset = 0;
  for (int shift = 0; shift < 64; shift += limb_bits) offset += half_range(shift) << shift;
  return offset;
}

/// The signed limb at `shift` of every word: the limbs times 2^shift sum up to the word.
void cut_limb(std::span<const Torus> words, int shift, std::span<double> out) {
  const Torus half = half_range(shift);
  const double centre = static_cast<double>(half);
  for (std::size_t j = 0; j < words.size(); ++j) {
    const Torus field = ((words[j] + limb_offset()) >> shift) & (2 * half - 1);
    out[j] = static_cast<double>(field) - centre;
  }
}

}  // namespace

FourierPlan::FourierPlan(std::size_t size) : half_(size / 2), cosine_(half_), sine_(half_) {
  require(std::has_single_bit(size) && size >= 4, ErrorCode::invalid_argument,
          "transform: polynomials of ", size, " coefficients, expected a power of two from 4");
  for (std::size_t width = 1; width < half_; width *= 2) {
    for (std::size_t node = 0; node < width; ++node) {
      const double angle = split_angle(width, node);
      cosine_[width + node] = std::cos(angle);
      sine_[width + node] = std::sin(angle);
    }
  }
}

void FourierPlan::forward(std::span<double> values) const {
  double* re = values.data();
  double* im = re + half_;
  for (std::size_t width = 1; width < half_; width *= 2) {
    const std::size_t block = half_ / width, h = block / 2;
    for (std::size_t node = 0; node < width; ++node) {
      const std::size_t lo = node * block, hi = lo + h;
      split(re + lo, im + lo, re + hi, im + hi, h, cosine_[width + node], sine_[width + node]);
    }
  }
}

void FourierPlan::inverse(std::span<double> values) const {
  double* re = values.data();
  double* im = re + half_;
  for (std::size_t width = half_ / 2; width >= 1; width /= 2) {
    const std::size_t block = half_ / width, h = block / 2;
    for (std::size_t node = 0; node < width; ++node) {
      const std::size_t lo = node * block, hi = lo + h;
      join(re + lo, im + lo, re + hi, im + hi, h, cosine_[width + node], sine_[width + node]);
    }
  }
  const double scale = 1.0 / static_cast<double>(half_);
  for (double& value : values) value *= scale;
}

void add_product(std::span<const double> a, std::span<const double> b, std::span<double> out) {
  const std::size_t half = out.size() / 2;
  for (std::size_t j = 0; j < half; ++j) {
    out[j] += a[j] * b[j] - a[j + half] * b[j + half];
    out[j + half] += a[j] * b[j + half] + a[j + half] * b[j];
  }
}

BinaryMultiplier::BinaryMultiplier(const FourierPlan& plan, std::span<const std::uint64_t> bits)
    : plan_(plan), spectrum_(bits.size()) {
  require(bits.size() == plan.size(), ErrorCode::mismatch, "product: key of ", bits.size(),
          " coefficients, the transform expects ", plan.size());
  for (std::size_t j = 0; j < bits.size(); ++j) spectrum_[j] = static_cast<double>(bits[j]);
  plan_.forward({spectrum_.data(), spectrum_.size()});
}

void BinaryMultiplier::multiply_add(std::span<const Torus> a, std::span<Torus> out) const {
  std::vector<double> limb(a.size());
  SecretVector<double> memory(a.size());
  const std::span<double> product(memory.data(), memory.size());
  for (int shift = 0; shift < 64; shift += limb_bits) {
    cut_limb(a, shift, limb);
    plan_.forward(limb);
    std::ranges::fill(product, 0.0);
    add_product(limb, {spectrum_.data(), spectrum_.size()}, product);
    plan_.inverse(product);
    for (std::size_t j = 0; j < a.size(); ++j) {
      out[j] += static_cast<Torus>(std::llrint(product[j])) << shift;
    }
  }
}

}  // namespace basalt::torus
