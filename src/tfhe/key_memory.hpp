// The memory of expanded keys: of one process, or of several that share it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "tfhe/evaluation_key.hpp"

namespace basalt::tfhe {

/// All arrays of a key, stage after stage. Equal seeded keys have equal
/// bytes, for one set of kernels.
struct KeyMemory {
  std::span<std::byte> bytes;         ///< Begins at a cache line.
  std::shared_ptr<const void> owner;  ///< Keeps the bytes as long as the key lives.
};

/// The size of that memory.
std::size_t expanded_bytes(const ParameterChain& parameters, const torus::Kernels& kernels);

/// Memory of this process alone, zero, on huge pages where the system has them. Pages are taken
/// when first written, so that the threads that expand a key share that work: it takes longer than
/// writing does.
/// Errors: std::bad_alloc.
KeyMemory own_memory(std::size_t bytes);

}  // namespace basalt::tfhe
