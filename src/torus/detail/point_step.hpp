// A step of the blind rotation of one ciphertext, with neighbouring points in the lanes. Compiled
// once per instruction set.
#pragma once

#include "torus/detail/point_ends.hpp"
#include "torus/detail/point_middle.hpp"

HWY_BEFORE_NAMESPACE();
namespace basalt::torus::HWY_NAMESPACE {
namespace {

void cut_digits_of_points(const PointLayout& layout, const StepTask& task) {
  const FirstPointPass first{layout, task.exponents[0]};
  for (std::size_t c = 0; c < layout.components; ++c) {
    const std::uint64_t* const acc = task.accumulators[0] + c * layout.component_words;
    double* const to = task.scratch + c * layout.levels * layout.polynomial_doubles;
    layout.wide ? first.wide(acc, to) : first.narrow(acc, to);
  }
}

void step_of_points(const PointLayout& layout, const StepTask& task) {
  double* const z = task.scratch;
  for (std::size_t i = 0; i < task.ahead_count; i += 8) __builtin_prefetch(task.ahead + i, 0, 2);
  cut_digits_of_points(layout, task);
  const PointMiddle middle{layout, z + layout.stage, task.key};
  for (std::size_t b = 0; b < strip_blocks; ++b) {
    middle.run(1, z + b * layout.block_doubles, layout.block, b, 1);
  }
  const LastPointPass last{layout};
  for (std::size_t c = 0; c < layout.components; ++c) {
    const double* const from = z + c * layout.polynomial_doubles;
    std::uint64_t* const acc = task.accumulators[0] + c * layout.component_words;
    layout.wide ? last.wide(from, acc) : last.narrow(from, acc);
  }
}

}  // namespace
}  // namespace basalt::torus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
