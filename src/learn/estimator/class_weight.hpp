// Weights of classes: how much each row counts in training.
#pragma once

#include <span>
#include <string>

#include "base/settings.hpp"
#include "learn/data/dataset.hpp"

namespace basalt::learn {

/// The setting "class_weight": "none", "balanced", or weights by label, "label: weight, …".
SettingRule class_weight_rule();

/// Weight of each row. Balanced: rows / (classes * rows of the class), as in scikit-learn; a label
/// that is not named weighs 1.
/// Errors: invalid_argument with the subject class_weight if the text is no such list, names an
/// unknown label, or a weight is below 0 or not finite.
Vector<double> row_weights(const std::string& text, const Dataset& data);

/// Weights for separating one class from all others: rows of the others weigh 1, as in
/// liblinear and scikit-learn.
Vector<double> against_the_rest(const Vector<double>& weights, std::span<const std::int32_t> labels,
                                std::int32_t wanted);

}  // namespace basalt::learn
