// One look-up of a circuit as the server runs it: words before and after the bootstrap.
#pragma once

#include <cstdint>
#include <vector>

#include "ir/circuit.hpp"
#include "tfhe/bootstrap.hpp"

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
LookupStep lookup_step(const ir::Circuit& circuit, ir::ValueId id, std::size_t polynomial_size);

}  // namespace basalt::infer
