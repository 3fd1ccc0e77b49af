// Where an expanded key lies in memory, for those who let processes share it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "tfhe/keys.hpp"

namespace basalt::tfhe {

/// The large arrays of a key and of its further sets; they live as long as the key. Equal seeded
/// keys have equal arrays, for one set of kernels. Together they have key.memory() bytes.
std::vector<std::span<const std::byte>> memory_of(const EvaluationKey& key);

}  // namespace basalt::tfhe
