// Datasets on disk: features, labels, classes and targets as plain arrays.
#pragma once

#include <filesystem>
#include <string>

#include "base/digest.hpp"
#include "learn/data/dataset.hpp"

namespace basalt::io {

/// Returns the dataset's id. Errors: not_found, io.
Digest save(const learn::Dataset& data, const std::filesystem::path& path);

/// Errors: not_found, io; corrupt, mismatch, unsupported as verify().
learn::Dataset load_dataset(const std::filesystem::path& path);

/// Errors: corrupt, naming `where`, if a label is none of the classes.
void require_labels(const learn::Dataset& data, const std::string& where);

}  // namespace basalt::io
