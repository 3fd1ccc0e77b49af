// Text and bytes of files that may be compressed by gzip.
#pragma once

#include <filesystem>
#include <string>

namespace basalt::io {

/// The content of `path`, decompressed if it is a gzip file.
/// Errors: not_found if it does not exist; corrupt if the compressed data are damaged or cut off.
std::string read_maybe_compressed(const std::filesystem::path& path);

}  // namespace basalt::io
