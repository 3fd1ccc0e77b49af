// A step of the blind rotation of one or two ciphertexts, with neighbouring points in the lanes.
// Compiled once per instruction set.
#pragma once

#include "torus/detail/points/point_ends.hpp"
#include "torus/detail/points/point_middle.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {
namespace {

void cut_digits_of_points(const PointLayout& layout, const std::uint64_t* accumulator,
                          std::size_t exponent, double* z) {
  const FirstPointPass first{layout, exponent};
  for (std::size_t c = 0; c < layout.components; ++c) {
    const std::uint64_t* const acc = accumulator + c * layout.component_words;
    double* const to = z + c * layout.levels * layout.polynomial_doubles;
    layout.wide ? first.wide(acc, to) : first.narrow(acc, to);
  }
}

void add_points(const PointLayout& layout, const double* z, std::uint64_t* accumulator) {
  const LastPointPass last{layout};
  for (std::size_t c = 0; c < layout.components; ++c) {
    const double* const from = z + c * layout.polynomial_doubles;
    std::uint64_t* const acc = accumulator + c * layout.component_words;
    layout.wide ? last.wide(from, acc) : last.narrow(from, acc);
  }
}

template <std::size_t ciphertexts>
void multiply_points(const PointLayout& layout, const double* key, double* z) {
  const PointMiddle<ciphertexts> middle{layout, z + 2 * layout.ciphertext_doubles, key};
  for (std::size_t b = 0; b < strip_blocks; ++b) {
    middle.run(1, z + b * layout.block_doubles, layout.block, b);
  }
}

void step_of_points(const PointLayout& layout, const StepTask& task) {
  double* const z = task.scratch;
  for (std::size_t c = 0; c < task.count; ++c) {
    cut_digits_of_points(layout, task.accumulators[c], task.exponents[c],
                         z + c * layout.ciphertext_doubles);
  }
  task.count == 1 ? multiply_points<1>(layout, task.key, z)
                  : multiply_points<2>(layout, task.key, z);
  for (std::size_t c = 0; c < task.count; ++c) {
    add_points(layout, z + c * layout.ciphertext_doubles, task.accumulators[c]);
  }
}

}  // namespace
}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
