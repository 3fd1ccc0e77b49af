// What a kernel is called with: plain numbers and pointers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace basalt::torus {

/// One step of the blind rotation of `lanes` ciphertexts.
struct StepTask {
  const double* key = nullptr;                   ///< Packed key of this step.
  const std::uint32_t* exponents = nullptr;      ///< In [0, 2N). Shape: [group x lanes].
  std::uint64_t* const* accumulators = nullptr;  ///< One per lane; distinct.
  double* scratch = nullptr;                     ///< plan.scratch_doubles().
  const double* ahead = nullptr;                 ///< Numbers wanted next in the second level cache.
  std::size_t ahead_count = 0;
};

/// Sums of key rows times digits, for 8 ciphertexts and one panel of columns.
struct KeyswitchTask {
  const std::uint32_t* panel = nullptr;  ///< Shape: [rows x width].
  const std::int32_t* digits = nullptr;  ///< Shape: [rows x 8].
  std::size_t rows = 0;
  std::uint32_t* out = nullptr;  ///< out[c * stride + column] -= sum of digit times key.
  std::size_t stride = 0;
};

}  // namespace basalt::torus
