// Images and labels in MNIST's IDX format.
#pragma once

#include <filesystem>

#include "learn/data/dataset.hpp"

namespace basalt::io {

/// Reads a pair of IDX files of bytes, gzip or not. Pixels are divided by 255; the shape of the
/// images is kept; classes are the labels that occur, in order.
/// Errors: not_found; corrupt if a file is not IDX, is cut off or goes on after its end; mismatch
/// if the two files have different numbers of rows.
learn::Dataset import_idx(const std::filesystem::path& images, const std::filesystem::path& labels);

}  // namespace basalt::io
