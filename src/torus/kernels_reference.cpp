// Plain C++: the specification of every kernel.
#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "torus/decomposition.hpp"
#include "torus/detail/kernel_table.hpp"
#include "torus/detail/rotation_layout.hpp"
#include "torus/polynomial.hpp"
#include "torus/rotation.hpp"

namespace basalt::torus {
namespace {

constexpr std::size_t keyswitch_columns = 16;

void lay_out(RotationPlan& plan) {
  const RotationShape& shape = plan.shape();
  plan.layout().wide = true;
  plan.layout().key_doubles = shape.products() * shape.rows() * shape.components * shape.size;
  plan.layout().accumulator_words = shape.components * shape.size;
  plan.layout().scratch_doubles = (shape.rows() + 2) * shape.size;
}

void pack_key(const RotationPlan& plan, const double* spectra, double* out) {
  std::copy_n(spectra, plan.key_doubles(), out);
}

void load(const RotationPlan& plan, const Torus* words, Torus* accumulator) {
  std::copy_n(words, plan.accumulator_words(), accumulator);
}

void store(const RotationPlan& plan, const Torus* accumulator, Torus* words) {
  std::copy_n(accumulator, plan.accumulator_words(), words);
}

/// Scratch memory of one step, by purpose.
struct Scratch {
  std::span<double> digits;   ///< [rows x N]
  std::span<double> product;  ///< [N]
  std::span<Torus> words;     ///< [N]
};

Scratch divide(const RotationPlan& plan, double* memory) {
  const std::size_t size = plan.shape().size, rows = plan.shape().rows();
  // Torus words share the memory of numbers of the same size.
  return {{memory, rows * size},
          {memory + rows * size, size},
          {reinterpret_cast<Torus*>(memory + (rows + 1) * size), size}};
}

/// Spectra of the digits of one polynomial, level by level.
void transform_digits(const RotationPlan& plan, std::span<const Torus> polynomial,
                      std::span<double> out) {
  const RotationShape& shape = plan.shape();
  const Decomposer decomposer(shape.base_log, shape.levels);
  std::array<std::int64_t, 64> memory{};
  const auto digits = std::span(memory).first(static_cast<std::size_t>(shape.levels));
  for (std::size_t j = 0; j < shape.size; ++j) {
    decomposer.decompose(polynomial[j], digits);
    for (std::size_t level = 0; level < digits.size(); ++level) {
      out[level * shape.size + j] = static_cast<double>(digits[level]);
    }
  }
  for (std::size_t level = 0; level < digits.size(); ++level) {
    plan.fourier().forward(out.subspan(level * shape.size, shape.size));
  }
}

/// One polynomial of the external product, as torus words.
void multiply_column(const RotationPlan& plan, const double* ggsw, std::size_t column,
                     Scratch& scratch) {
  const RotationShape& shape = plan.shape();
  std::ranges::fill(scratch.product, 0.0);
  for (std::size_t row = 0; row < shape.rows(); ++row) {
    const double* key = ggsw + (row * shape.components + column) * shape.size;
    add_product(scratch.digits.subspan(row * shape.size, shape.size), {key, shape.size},
                scratch.product);
  }
  plan.fourier().inverse(scratch.product);
  std::ranges::transform(scratch.product, scratch.words.begin(),
                         [](double value) { return from_real(value - std::nearbyint(value)); });
}

void add_difference(std::span<const Torus> words, std::size_t exponent, Torus* out) {
  const std::size_t size = words.size();
  for (std::size_t j = 0; j < size; ++j) {
    const std::size_t to = (j + exponent) % (2 * size);
    out[to % size] += to < size ? words[j] : 0 - words[j];
    out[j] -= words[j];
  }
}

/// ACC += GGSW x (X^a - 1) ACC: X^(a s) ACC, as the GGSW encrypts the key bit s.
/// Source: Chillotti et al., TFHE, 2018/421 (blind rotation by CMux gates).
void step_of_one_bit(const RotationPlan& plan, const StepTask& task, Scratch& scratch) {
  const RotationShape& shape = plan.shape();
  Torus* accumulator = task.accumulators[0];
  const auto block = static_cast<std::size_t>(shape.levels) * shape.size;
  for (std::size_t c = 0; c < shape.components; ++c) {
    std::ranges::fill(scratch.words, 0);
    add_difference({accumulator + c * shape.size, shape.size}, task.exponents[0],
                   scratch.words.data());
    transform_digits(plan, scratch.words, scratch.digits.subspan(c * block, block));
  }
  for (std::size_t c = 0; c < shape.components; ++c) {
    multiply_column(plan, task.key, c, scratch);
    for (std::size_t j = 0; j < shape.size; ++j)
      accumulator[c * shape.size + j] += scratch.words[j];
  }
}

/// ACC += sum over the three GGSW of (X^b - 1) (GGSW x ACC), b = a1, a2, a1 + a2: X^(a1 s + a2 t)
/// ACC, as the GGSW encrypt s(1-t), (1-s)t and st. The digits are those of ACC itself, cut once.
/// Source: Bourse et al., 2017/1114.
void step_of_two_bits(const RotationPlan& plan, const StepTask& task, Scratch& scratch) {
  const RotationShape& shape = plan.shape();
  Torus* accumulator = task.accumulators[0];
  const auto block = static_cast<std::size_t>(shape.levels) * shape.size;
  for (std::size_t c = 0; c < shape.components; ++c) {
    transform_digits(plan, {accumulator + c * shape.size, shape.size},
                     scratch.digits.subspan(c * block, block));
  }
  const std::size_t first = task.exponents[0], second = task.exponents[1];
  const std::array<std::size_t, 3> exponents = {first, second, (first + second) % (2 * shape.size)};
  const std::size_t ggsw = shape.rows() * shape.components * shape.size;
  for (std::size_t c = 0; c < shape.components; ++c) {
    for (std::size_t j = 0; j < exponents.size(); ++j) {
      multiply_column(plan, task.key + j * ggsw, c, scratch);
      add_difference(scratch.words, exponents[j], accumulator + c * shape.size);
    }
  }
}

void step(const RotationPlan& plan, const StepTask& task) {
  Scratch scratch = divide(plan, task.scratch);
  if (plan.shape().group == 1) {
    step_of_one_bit(plan, task, scratch);
  } else {
    step_of_two_bits(plan, task, scratch);
  }
}

void keyswitch(const KeyswitchTask& task) {
  for (std::size_t row = 0; row < task.rows; ++row) {
    const std::uint32_t* key = task.panel + row * keyswitch_columns;
    for (std::size_t c = 0; c < task.ciphertexts; ++c) {
      const auto digit = static_cast<std::uint32_t>(task.digits[row * task.ciphertexts + c]);
      std::uint32_t* out = task.out + c * task.stride;
      for (std::size_t column = 0; column < keyswitch_columns; ++column) {
        out[column] -= digit * key[column];
      }
    }
  }
}

void add_scaled(Torus* out, const Torus* in, Torus weight, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] += weight * in[i];
}

void add_products(const ProductTask& task) {
  for (std::size_t output = 0; output < task.outputs; ++output) {
    for (std::size_t t = task.row_start[output]; t < task.row_start[output + 1]; ++t) {
      add_scaled(task.out[output], task.in[task.column[t]], task.weight[t], task.count);
    }
  }
}

}  // namespace

const Kernels reference_kernels = {.name = "reference",
                                   .lay_out = lay_out,
                                   .pack_key = pack_key,
                                   .load = load,
                                   .store = store,
                                   .step = step,
                                   .keyswitch_width = keyswitch_columns,
                                   .keyswitch = keyswitch,
                                   .add_scaled = add_scaled,
                                   .add_products = add_products};

}  // namespace basalt::torus
