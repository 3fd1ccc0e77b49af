// The noise formulas, each written once.
#include "tfhe/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "tfhe/cost.hpp"

namespace basalt::tfhe {
namespace {

constexpr double q_to_minus_2 = 0x1p-128;

double square(double x) {
  return x * x;
}

/// Base of the decomposition to the power `exponent`.
double base_to(const Decomposition& digits, int exponent) {
  return std::ldexp(1.0, digits.base_log * exponent);
}

/// Mean square of a balanced digit: B^2/12 + 1/6.
double digit_square(const Decomposition& digits) {
  return base_to(digits, 2) / 12.0 + 1.0 / 6.0;
}

/// Sum of the mean squares of all digits, lowest first. A digit of B/2 makes room for a carry where
/// the next one would be B/2 itself: that one is then 0 in place of +-B/2.
double tied_digit_squares(const Decomposition& digits) {
  const double base = base_to(digits, 1);
  double sum = 0.0, tie = 0.0;  // tie: probability that the digit before was +-B/2
  for (int level = 0; level < digits.levels; ++level) {
    sum += digit_square(digits) - tie * base / 4.0;
    tie = (1.0 - tie) / base;
  }
  return sum;
}

/// The transform's error of one product with classic keys.
/// Source: TFHE-rs noise formulas, mantissa of 53 bits and words of 64.
double tfhe_rs_fourier_variance(double k, double N, const Decomposition& digits) {
  constexpr double scale = 0.00705, by_width = 1.01827, by_size = 2.22003, by_k = 1.22003;
  const double lost_bits = std::ldexp(1.0, 2 * (64 - 53));
  return scale * lost_bits * base_to(digits, 2) * q_to_minus_2 *
         std::pow(digits.levels * (k + 1.0), by_width) * std::pow(k, by_k) * std::pow(N, by_size);
}

/// An upper bound of our transforms' error. The phase error of one step, log2 of the deviation,
/// was measured as -20.65 (N = 2048, k = 1, base 2^23), -20.9 (512, 4, 2^23), -20.95 (1024, 2,
/// 2^23), -20.24 (4096, 1, 2^22), -25.56 (8192, 1, 2 levels of 2^15) and with two bits per step
/// -18.80 (2048) and -19.42 (512, 4). The bound lies 0.1 to 0.6 above each of them.
double basalt_fourier_variance(const ParameterSpec& spec) {
  constexpr double above_tfhe_rs = 2.0, growth = 0.3, reference_size = 2048.0, two_bits = 12.0;
  const double k = static_cast<double>(spec.glwe_dimension);
  const double N = static_cast<double>(spec.polynomial_size);
  const double classic = above_tfhe_rs * tfhe_rs_fourier_variance(k, N, spec.bootstrap) *
                         std::pow(std::max(1.0, N / reference_size), growth);
  return spec.group == 2 ? two_bits * classic : classic;
}

/// Accumulators of 32 bits, which serve decompositions of at most 30 bits, round every coefficient
/// once per step.
double basalt_accumulator_variance(const ParameterSpec& spec) {
  if (spec.bootstrap.base_log * spec.bootstrap.levels > most_bits_of_short_accumulators) return 0.0;
  const double bits = static_cast<double>(spec.glwe_dimension * spec.polynomial_size);
  return (1.0 + bits / 2.0) * 0x1p-64 / 12.0;
}

/// ln erfc(x), by its asymptotic series where erfc itself leaves the range of a double.
double log_erfc(double x) {
  constexpr double series_from = 20.0;
  if (x < series_from) return std::log(std::erfc(x));
  const double y = 1.0 / square(x);
  const double tail = y * (-0.5 + y * (0.75 - y * 1.875));
  return -square(x) - std::log(x * std::sqrt(std::numbers::pi)) + std::log1p(tail);
}

}  // namespace

Variance keyswitch_variance_per_bit(const Decomposition& digits, Variance key_variance,
                                    NoiseModel model) {
  const double squares = model == NoiseModel::basalt ? tied_digit_squares(digits)
                                                     : digits.levels * digit_square(digits);
  const double rounding = q_to_minus_2 / 48.0 + base_to(digits, -2 * digits.levels) / 24.0;
  return {key_variance.value * squares + rounding};
}

Variance keyswitch_variance(const ParameterSpec& spec, NoiseModel model) {
  if (spec.lwe_dimension == 0) return {0.0};
  const double bits = static_cast<double>(spec.glwe_dimension * spec.polynomial_size);
  const Variance key = fresh_variance(spec.lwe_noise);
  return {bits * keyswitch_variance_per_bit(spec.keyswitch, key, model).value};
}

Variance modulus_switch_variance(std::size_t n, std::size_t N, ModulusSwitch kind,
                                 NoiseModel model) {
  const double size = static_cast<double>(n);
  const double grid = 1.0 / square(2.0 * static_cast<double>(N));
  if (kind == ModulusSwitch::standard) {
    return {(1.0 / 12.0 + size / 24.0) * grid + (-1.0 / 12.0 + size / 48.0) * q_to_minus_2};
  }
  const double body = model == NoiseModel::basalt ? grid / 12.0 : 0.0;
  return {size * (q_to_minus_2 / 24.0 + grid / 48.0) + body};
}

Variance blind_rotation_step_variance(const ParameterSpec& spec, NoiseModel model) {
  const double k = static_cast<double>(spec.glwe_dimension);
  const double N = static_cast<double>(spec.polynomial_size);
  const double key = spec.bootstrap.levels * N * (k + 1.0) * square(spec.glwe_noise) *
                     digit_square(spec.bootstrap);
  const double dropped =
      (1.0 + k * N / 2.0) * base_to(spec.bootstrap, -2 * spec.bootstrap.levels) / 12.0;
  const double words = (k * N / 96.0 - 1.0 / 24.0) * q_to_minus_2;
  const double transform = model == NoiseModel::basalt
                               ? basalt_fourier_variance(spec) + basalt_accumulator_variance(spec)
                               : tfhe_rs_fourier_variance(k, N, spec.bootstrap);
  if (spec.group == 2) return {6.0 * key + 1.5 * dropped + 3.0 * words + transform};
  return {key + 0.5 * dropped + words + transform};
}

Variance bootstrap_variance(const ParameterSpec& spec, NoiseModel model) {
  if (spec.lwe_dimension == 0) return {0.0};
  const double steps = static_cast<double>(spec.lwe_dimension) / spec.group;
  return {steps * blind_rotation_step_variance(spec, model).value};
}

Variance lookup_variance(const ParameterSpec& spec, double norm, ModulusSwitch kind,
                         NoiseModel model) {
  return {square(norm) * bootstrap_variance(spec, model).value +
          keyswitch_variance(spec, model).value +
          modulus_switch_variance(spec.lwe_dimension, spec.polynomial_size, kind, model).value};
}

ChainVariances::ChainVariances(const ParameterChain& parameters)
    : fresh(fresh_variance(parameters.stage(0).spec().glwe_noise).value) {
  for (std::size_t i = 0; i < parameters.stage_count(); ++i) {
    const ParameterSpec& spec = parameters.stage(i).spec();
    table.push_back(bootstrap_variance(spec, NoiseModel::basalt).value);
    reading.push_back(0.0);
    switching.push_back(0.0);
    if (spec.lwe_dimension == 0) continue;
    const double per_bit =
        keyswitch_variance_per_bit(spec.keyswitch, fresh_variance(spec.lwe_noise)).value;
    switching.back() =
        modulus_switch_variance(spec.lwe_dimension, spec.polynomial_size, ModulusSwitch::centred)
            .value;
    reading.back() =
        static_cast<double>(parameters.source_dimension(i)) * per_bit + switching.back();
  }
}

double ChainVariances::reading_of(std::size_t i, int log2_tables_per_rotation) const {
  return reading[i] + (std::ldexp(1.0, 2 * log2_tables_per_rotation) - 1.0) * switching[i];
}

double sharing_gain(int log2_tables_per_rotation) {
  return 0.5 * (1.0 + std::ldexp(1.0, log2_tables_per_rotation));
}

Variance word_rounding_variance(std::size_t dimension, int bits) {
  if (bits == 64) return {0.0};
  const double words = 1.0 + static_cast<double>(dimension) / 2.0;
  return {words * std::ldexp(1.0, -2 * bits) / 12.0};
}

Log2 log2_failure_probability(double half_step, Variance variance) {
  if (variance.value <= 0.0) return {-HUGE_VAL};
  return {log_erfc(half_step / std::sqrt(2.0 * variance.value)) / std::numbers::ln2};
}

double failure_probability(double half_step, Variance variance) {
  return std::exp2(log2_failure_probability(half_step, variance).value);
}

double deviations_for(Log2 log2_p) {
  require(log2_p.value < 0.0, ErrorCode::invalid_argument,
          "noise: a failure probability must be below 1, got 2^", log2_p.value);
  const double wanted = log2_p.value * std::numbers::ln2;
  // ln erfc is concave and decreasing: from the left of the root Newton's steps overshoot once,
  // then approach it from one side.
  double x = std::sqrt(std::max(0.0, -wanted - 1.0));
  for (int step = 0; step < 60; ++step) {
    const double value = log_erfc(x);
    const double slope = -2.0 / std::sqrt(std::numbers::pi) * std::exp(-square(x) - value);
    const double change = (value - wanted) / slope;
    x = std::max(0.0, x - change);
    if (std::abs(change) <= 1e-15 * (1.0 + x)) break;
  }
  return std::numbers::sqrt2 * x;
}

double half_box(int bits) {
  return std::ldexp(1.0, -(bits + 2));
}

namespace concrete {

Variance keyswitch_variance_per_bit(const Decomposition& digits, Variance key_variance) {
  const double rounding = (base_to(digits, -2 * digits.levels) / 12.0 - q_to_minus_2 / 12.0) * 0.5 +
                          q_to_minus_2 / 16.0;
  const double key = digits.levels * key_variance.value * (base_to(digits, 2) + 2.0) / 12.0;
  return {rounding + key};
}

Variance external_product_variance(std::size_t k, std::size_t N, const Decomposition& digits,
                                   Variance key_variance) {
  constexpr double fourier_log2 = -2.57722494;
  const double width = static_cast<double>(k), size = static_cast<double>(N);
  const double levels = digits.levels, base_square = base_to(digits, 2);
  const double key =
      levels * (width + 1.0) * size * (base_square + 2.0) / 12.0 * key_variance.value;
  const double dropped =
      (base_to(digits, -2 * digits.levels) - q_to_minus_2) / 24.0 * (1.0 + width * size * 0.5);
  const double words = (width * size / 32.0 + square(1.0 - width * size) / 64.0) * q_to_minus_2;
  const double transform = std::exp2(fourier_log2 + 2.0 * (64 - 53)) * levels * base_square *
                           square(size) * (width + 1.0) * q_to_minus_2;
  return {key + dropped + words + transform};
}

}  // namespace concrete

}  // namespace basalt::tfhe
