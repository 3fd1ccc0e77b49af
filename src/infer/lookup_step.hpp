// One look-up of a circuit as the server runs it: words before and after the bootstrap.
#pragma once

#include <cstdint>
#include <vector>

#include "ir/encoded_graph.hpp"
#include "tfhe/lookup_table.hpp"

namespace basalt::infer {

/// A look-up in torus words.
///
/// Before the bootstrap each ciphertext is multiplied by 2^shift and `offset` is added to its body;
/// afterwards its table's `constant` is added to its body. A table that is negacyclic around c is
/// stored as (2 entry - c) half units, and c half units are the constant.
struct LookupStep {
  int shift = 0;
  tfhe::Torus offset = 0;
  tfhe::LookupTables tables;
  std::vector<tfhe::Torus> constants;  ///< One per table.
};

/// The step of node `id`, which must be a Lookup.
LookupStep lookup_step(const ir::EncodedGraph& encoded, ir::ValueId id,
                       std::size_t polynomial_size);

/// How the tables of a step share rotations.
struct SharedRotations {
  int log2_tables_per_rotation = 0;
  std::vector<std::uint32_t> source;    ///< Element of the input that each rotation of a row reads.
  std::vector<std::uint32_t> table_of;  ///< Polynomial of each rotation.
  /// Where each element of the value comes from: rotation * 2^log2_tables_per_rotation + part.
  std::vector<std::uint32_t> place_of;
  tfhe::LookupTables tables;  ///< Polynomials of interleaved tables.
};

/// Up to 2^log2_tables_per_rotation tables of equal elements in one rotation.
/// `log2_tables_per_rotation` must be positive.
SharedRotations shared_rotations(const ir::EncodedGraph& encoded, ir::ValueId id,
                                 std::size_t polynomial_size, int log2_tables_per_rotation);

}  // namespace basalt::infer
