// Evaluation keys on disk: seeds, and bodies as two contiguous arrays that can be mapped.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/digest.hpp"
#include "tfhe/evaluation_key.hpp"

namespace basalt::io {

/// The parents are the client key and the parameters. Returns the key's id. Errors: not_found, io.
Digest save(const tfhe::SeededEvaluationKey& key, const std::filesystem::path& path);

/// Errors: not_found, io; corrupt, mismatch, unsupported as verify().
tfhe::SeededEvaluationKey load_evaluation_key(const std::filesystem::path& path);

/// Without the bodies, which are verified nevertheless. Errors: as load_evaluation_key.
tfhe::EvaluationKeyHeader load_evaluation_key_header(const std::filesystem::path& path);

/// Where words lie in a file: little-endian, contiguous, at a multiple of 8 bytes.
struct MappedWords {
  std::uint64_t offset = 0, count = 0;
};

/// What a process needs to map the bodies of stage 0 read-only instead of loading them.
struct EvaluationKeyLayout {
  MappedWords keyswitch, bootstrap;
};

/// Verifies the file once. Errors: as load_evaluation_key.
EvaluationKeyLayout evaluation_key_layout(const std::filesystem::path& path);

}  // namespace basalt::io
