// The key switch as an integer matrix product: panels of key columns times digits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "torus/kernels.hpp"

namespace basalt::torus {

/// Sums of key rows times digits, for one panel of columns.
struct KeyswitchTask {
  std::size_t ciphertexts = 8;           ///< 1, 2, 4 or 8.
  const std::uint32_t* panel = nullptr;  ///< Shape: [rows x width].
  const std::int32_t* digits = nullptr;  ///< Shape: [rows x ciphertexts].
  std::size_t rows = 0;
  std::uint32_t* out = nullptr;  ///< out[c * stride + column] -= sum of digit times key.
  std::size_t stride = 0;
};

/// Columns of a panel. Kernels of wider vectors have wider panels.
std::size_t panel_width(const Kernels& kernels);

/// Subtracts the product of one panel. Nothing is checked: it is the hot loop of the key switch.
void subtract_panel_product(const Kernels& kernels, const KeyswitchTask& task);

}  // namespace basalt::torus
