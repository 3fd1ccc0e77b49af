// Trained models on disk, of every family.
#pragma once

#include <filesystem>
#include <optional>

#include "base/digest.hpp"
#include "learn/model/model.hpp"

namespace basalt::io {

/// `dataset`: id of the data it was trained on, if known. Returns the model's id.
/// Errors: not_found, io.
Digest save(const learn::Model& model, const std::filesystem::path& path,
            const std::optional<Digest>& dataset = {});

/// Errors: not_found, io; corrupt, mismatch, unsupported as verify().
learn::Model load_model(const std::filesystem::path& path);

}  // namespace basalt::io
