// Uniform affine quantizers: real numbers to small integers and back.
#pragma once

#include <cstdint>
#include <vector>

#include "base/describe.hpp"
#include "base/strong.hpp"

namespace basalt::quant {

/// Unchecked description of a quantizer.
struct QuantizerSpec {
  double scale = 1.0;           ///< Real width of one step; above 0.
  std::int64_t zero_point = 0;  ///< The integer that stands for 0.
  std::int64_t low = 0;         ///< Smallest integer.
  std::int64_t high = 3;        ///< Largest integer.
};

/// x -> clamp(round(x / scale) + zero_point, low, high), rounding halves to even.
class Quantizer {
 public:
  Quantizer() = default;
  /// Errors: invalid_argument unless scale is finite and above 0 and low <= high.
  explicit Quantizer(const QuantizerSpec& spec);

  std::int64_t quantize(double value) const noexcept;
  double dequantize(std::int64_t integer) const noexcept;
  /// dequantize(quantize(value)).
  double fake_quantize(double value) const noexcept { return dequantize(quantize(value)); }
  const QuantizerSpec& spec() const noexcept { return spec_; }

  template <class Visitor>
  friend void describe(Visitor& visit, MaybeConst<Quantizer> auto& quantizer) {
    visit("scale", quantizer.spec_.scale);
    visit("zero_point", quantizer.spec_.zero_point);
    visit("low", quantizer.spec_.low);
    visit("high", quantizer.spec_.high);
  }

 private:
  QuantizerSpec spec_;
};

/// Many quantizers as one table by columns: visit.part("quantizers", vector).
template <class Visitor>
void describe(Visitor& visit, MaybeConst<std::vector<Quantizer>> auto& quantizers) {
  std::vector<double> scale;
  std::vector<std::int64_t> zero_point, low, high;
  for (const Quantizer& quantizer : quantizers) {
    scale.push_back(quantizer.spec().scale);
    zero_point.push_back(quantizer.spec().zero_point);
    low.push_back(quantizer.spec().low);
    high.push_back(quantizer.spec().high);
  }
  visit("scale", scale);
  visit("zero_point", zero_point);
  visit("low", low);
  visit("high", high);
  if constexpr (Visitor::reads) {
    quantizers.clear();
    for (std::size_t i = 0; i < scale.size(); ++i) {
      quantizers.emplace_back(QuantizerSpec{
          .scale = scale[i], .zero_point = zero_point.at(i), .low = low.at(i), .high = high.at(i)});
    }
  }
}

/// The quantizer of `bits` bits whose range covers [low, high]. Affine: from `low` to `high` with a
/// zero point; symmetric: the zero point is 0 and the wider side sets the scale.
/// Errors: invalid_argument unless 1 <= bits <= 32 and low <= high, both finite.
Quantizer affine_quantizer(double low, double high, Bits bits, bool is_signed);
Quantizer symmetric_quantizer(double low, double high, Bits bits, bool narrow);

}  // namespace basalt::quant
