// Sums of ciphertexts with integer weights.
#pragma once

#include <span>

#include "torus/kernels.hpp"
#include "torus/torus.hpp"

namespace basalt::torus {

/// out += weight * in, word by word modulo 2^64; negative weights as two's complement.
/// Errors: mismatch if the sizes differ.
void add_scaled(const Kernels& kernels, std::span<Torus> out, std::span<const Torus> in,
                Torus weight);

/// Some rows of a sparse matrix of weights, negative ones as two's complement.
struct SparseRows {
  std::span<const std::uint32_t> row_start;  ///< Positions in `column` and `weight`, rows + 1.
  std::span<const std::uint32_t> column;     ///< Of the whole matrix.
  std::span<const Torus> weight;             ///< Of the whole matrix.
};

/// out[row] += sum over the row's weights of weight * in[column], word by word modulo 2^64. All
/// rows are summed on a few words before the next, so that inputs are read from the first level
/// cache.
/// Shape: every in[column] and out[row] points to `count` words; no output is an input.
/// Errors: mismatch unless there are as many outputs as rows, and a column and a weight at every
/// position. A column of a row must be below in.size().
void add_products(const Kernels& kernels, const SparseRows& rows, std::span<Torus* const> out,
                  std::span<const Torus* const> in, std::size_t count);

}  // namespace basalt::torus
