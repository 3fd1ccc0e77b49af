// Checks of parameter sets and their identity.
#include "tfhe/parameters.hpp"

#include <bit>
#include <cmath>

#include "base/describe.hpp"
#include "base/error.hpp"

namespace basalt::tfhe {
namespace {

constexpr std::size_t smallest_polynomial = 256;
constexpr std::size_t largest_polynomial_with_bootstrap = 65536;
constexpr std::size_t largest_glwe_dimension = 6;
constexpr int word_bits = 64;

void require_decomposition(const char* which, const Decomposition& digits) {
  require(digits.base_log >= 1 && digits.levels >= 1 && digits.base_log * digits.levels < word_bits,
          ErrorCode::invalid_argument, "parameters: ", which, " decomposition of ", digits.levels,
          " levels of ", digits.base_log,
          " bits, expected at least 1 of each and at most 63 bits in all");
}

void require_noise(const char* which, double deviation) {
  require(deviation >= 0.0 && deviation < 0.5, ErrorCode::invalid_argument, "parameters: ", which,
          " noise is ", deviation, ", expected a deviation in [0, 0.5) of the torus");
}

void require_glwe(const ParameterSpec& spec) {
  require(std::has_single_bit(spec.polynomial_size) && spec.polynomial_size >= smallest_polynomial,
          ErrorCode::invalid_argument, "parameters: polynomial size N is ", spec.polynomial_size,
          ", expected a power of two from 256");
  require(1 <= spec.glwe_dimension && spec.glwe_dimension <= largest_glwe_dimension,
          ErrorCode::invalid_argument, "parameters: GLWE dimension k is ", spec.glwe_dimension,
          ", expected 1 to 6");
  require_noise("glwe", spec.glwe_noise);
}

void require_bootstrap(const ParameterSpec& spec) {
  require(spec.polynomial_size <= largest_polynomial_with_bootstrap, ErrorCode::invalid_argument,
          "parameters: polynomial size N is ", spec.polynomial_size,
          ", expected at most 65536 where there is a bootstrap");
  require(spec.group == 1 || spec.group == 2, ErrorCode::invalid_argument, "parameters: group is ",
          spec.group, ", expected 1 or 2");
  require(spec.lwe_dimension % static_cast<std::size_t>(spec.group) == 0,
          ErrorCode::invalid_argument, "parameters: LWE dimension n is ", spec.lwe_dimension,
          ", expected a multiple of the group, ", spec.group);
  require_decomposition("bootstrap", spec.bootstrap);
  require_decomposition("keyswitch", spec.keyswitch);
  require_noise("lwe", spec.lwe_noise);
}

}  // namespace

double tuniform_deviation(int bound) {
  return std::ldexp(std::sqrt((std::ldexp(1.0, 2 * bound + 1) + 1.0) / 6.0), -word_bits);
}

int tuniform_bound(double deviation) {
  return static_cast<int>(std::lround(std::log2(deviation) + word_bits + 0.5 * std::log2(3.0)));
}

Parameters::Parameters(const ParameterSpec& spec)
    : spec_(spec), id_(digest_of("parameters", spec)) {
  require_glwe(spec);
  if (spec.lwe_dimension > 0) require_bootstrap(spec);
}

}  // namespace basalt::tfhe
