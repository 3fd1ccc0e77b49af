// XGBoost's own model files.
#pragma once

#include <filesystem>

#include "io/import/imported_model.hpp"

namespace basalt::io {

/// Reads a model that XGBoost saved as JSON or UBJSON (by content, not by name) and quantizes it
/// over `calibration`, which also names the classes. Boosters gbtree and dart; objectives
/// binary:logistic, binary:logitraw, binary:hinge, multi:softmax, multi:softprob and the
/// regressions without a link (reg:squarederror, reg:absoluteerror, …).
/// Errors: not_found, io; invalid_argument, naming the file, if it is no such model; unsupported
/// for other boosters, objectives and categorical splits; mismatch if features, classes or task do
/// not fit the calibration data.
ImportedModel import_xgboost(const std::filesystem::path& path, const learn::Dataset& calibration,
                             ImportBits bits = {});

}  // namespace basalt::io
