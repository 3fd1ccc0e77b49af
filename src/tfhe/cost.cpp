// Cost formulas and the constants fitted to our kernels.
#include "tfhe/cost.hpp"

#include <algorithm>
#include <cmath>

namespace basalt::tfhe {
namespace {

constexpr double nanosecond = 1e-9;

double as_double(std::size_t value) {
  return static_cast<double>(value);
}

double steps_of(const ParameterSpec& spec) {
  return as_double(spec.lwe_dimension) / spec.group;
}

/// GGSW rows of one step: 2^group - 1.
double rows_of(const ParameterSpec& spec) {
  return std::ldexp(1.0, spec.group) - 1.0;
}

}  // namespace

double keyswitch_operations(std::size_t from, std::size_t to, const Decomposition& digits) {
  const double digit_count = as_double(from) * digits.levels;
  return digit_count * (2.0 * as_double(to) + 3.0) - as_double(to);
}

double external_product_operations(std::size_t k, std::size_t N, const Decomposition& digits) {
  const double width = as_double(k) + 1.0, size = as_double(N);
  const double transform = size * std::log2(size) + size;
  return width * (digits.levels + 1.0) * transform + width * width * digits.levels * size;
}

double bootstrap_operations(const ParameterSpec& spec) {
  if (spec.lwe_dimension == 0) return 0.0;
  const std::size_t big = spec.glwe_dimension * spec.polynomial_size;
  const double width = as_double(spec.glwe_dimension) + 1.0;
  double step =
      external_product_operations(spec.glwe_dimension, spec.polynomial_size, spec.bootstrap);
  if (spec.group > 1) {
    step += 2.0 * rows_of(spec) * spec.bootstrap.levels * width * width *
            as_double(spec.polynomial_size);
  }
  return steps_of(spec) * step + keyswitch_operations(big, spec.lwe_dimension, spec.keyswitch);
}

CostModel reference_cost_model() {
  return {};
}

Seconds blind_rotation_step_seconds(const ParameterSpec& spec, const CostModel& model) {
  constexpr double usual_log2 = 11.0;
  const double size = as_double(spec.polynomial_size), log2_size = std::log2(size);
  const double width = as_double(spec.glwe_dimension) + 1.0, levels = spec.bootstrap.levels;
  const double transforms =
      width * (levels + 1.0) * size * (model.transform_per_level * log2_size + model.transform);
  double products = width * width * levels * size * model.product;
  if (spec.group > 1) {
    products += width * width * levels * size * model.bundle + size * model.monomials;
  }
  const double growth = 1.0 + model.large_growth * std::max(0.0, log2_size - usual_log2);
  const bool wide =
      spec.bootstrap.base_log * spec.bootstrap.levels > most_bits_of_short_accumulators;
  return {(transforms + products) * growth * (wide ? model.wide : 1.0) * nanosecond};
}

Seconds keyswitch_seconds(const ParameterSpec& spec, std::size_t source, const CostModel& model) {
  if (spec.lwe_dimension == 0) return {0.0};
  const double products =
      as_double(source) * spec.keyswitch.levels * (as_double(spec.lwe_dimension) + 1.0);
  return {products * model.keyswitch_per_product * nanosecond};
}

Seconds keyswitch_seconds(const ParameterSpec& spec, const CostModel& model) {
  return keyswitch_seconds(spec, spec.glwe_dimension * spec.polynomial_size, model);
}

Seconds bootstrap_seconds(const ParameterSpec& spec, std::size_t source, const CostModel& model) {
  if (spec.lwe_dimension == 0) return {0.0};
  return {steps_of(spec) * blind_rotation_step_seconds(spec, model).value +
          keyswitch_seconds(spec, source, model).value};
}

Seconds bootstrap_seconds(const ParameterSpec& spec, const CostModel& model) {
  return bootstrap_seconds(spec, spec.glwe_dimension * spec.polynomial_size, model);
}

Seconds linear_seconds(const ParameterSpec& spec, std::size_t products, const CostModel& model) {
  const double words = as_double(spec.glwe_dimension * spec.polynomial_size) + 1.0;
  return {as_double(products) * words * model.linear_per_product * nanosecond};
}

Bytes evaluation_key_bytes(const ParameterChain& parameters) {
  std::size_t words = 0;
  for (std::size_t i = 0; i < parameters.stage_count(); ++i) {
    if (!parameters.stage(i).has_bootstrap()) continue;
    const ParameterSpec& spec = parameters.stage(i).spec();
    const std::size_t rows = spec.group == 2 ? 3 : 1;
    const std::size_t steps = spec.lwe_dimension / static_cast<std::size_t>(spec.group);
    words += parameters.source_dimension(i) * static_cast<std::size_t>(spec.keyswitch.levels);
    words += steps * rows * static_cast<std::size_t>(spec.bootstrap.levels) *
             (spec.glwe_dimension + 1) * spec.polynomial_size;
  }
  return {words * sizeof(std::uint64_t)};
}

}  // namespace basalt::tfhe
