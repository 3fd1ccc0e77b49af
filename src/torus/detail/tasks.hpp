// What a kernel is called with: plain numbers and pointers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "torus/panel_product.hpp"

namespace basalt::torus {

/// One step of the blind rotation of up to `lanes` ciphertexts.
struct StepTask {
  const double* key = nullptr;                   ///< Packed key of this step.
  const std::uint32_t* exponents = nullptr;      ///< In [0, 2N). Shape: [group x lanes].
  std::uint64_t* const* accumulators = nullptr;  ///< One per lane; distinct.
  std::size_t count = 1;                         ///< Ciphertexts that matter: the first ones.
  double* scratch = nullptr;                     ///< plan.scratch_doubles().
  const double* prefetch = nullptr;              ///< Numbers wanted next in the second level cache.
  std::size_t prefetch_count = 0;
};

/// Sums of inputs with sparse rows of weights: out[o][i] += sum over t of weight[t] *
/// in[column[t]][i], t from row_start[o] to row_start[o + 1] - 1.
struct ProductTask {
  std::uint64_t* const* out = nullptr;       ///< One per output; distinct from the inputs.
  const std::uint64_t* const* in = nullptr;  ///< One per column.
  const std::uint32_t* row_start = nullptr;  ///< One more than outputs.
  const std::uint32_t* column = nullptr;
  const std::uint64_t* weight = nullptr;  ///< Negative ones as two's complement.
  std::size_t outputs = 0;
  std::size_t count = 0;  ///< Words of each input and output.
};

}  // namespace basalt::torus
