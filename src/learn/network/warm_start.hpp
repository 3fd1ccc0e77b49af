// What a warm start keeps: the network, whose settings cannot become others.
#pragma once

#include "learn/model/model.hpp"
#include "learn/network/network_spec.hpp"

namespace basalt::learn {

/// Errors: invalid_argument if "warm_start" is set, for training that has nothing to go on from.
void refuse_warm_start(const Settings& settings);

/// Errors: invalid_argument if neurons are to be removed from a network that lost some before.
void refuse_second_pruning(const QuantizationSpec& spec, const TrainingState& start);

/// Says that a warm start keeps what was `found`. Errors: invalid_argument, always.
[[noreturn]] void refuse_change(const std::string& name, const std::string& asked,
                                const std::string& found);

/// Refuses other values of the settings that every network keeps: inputs, rule, skip, activation.
/// Weights may get other bits unless "omega" drew them, sums other bits with "bound".
/// Errors: invalid_argument with the setting as subject.
void refuse_changed_settings(const Settings& start, const Settings& asked);

/// The settings of a model, which an older program may have completed.
Settings settings_of_start(const Model& start, std::vector<SettingRule> rules);

/// Refuses settings of another dense network than the one that training goes on from: the widths
/// must be its own, beside what refuse_changed_settings() checks. After pruning, those from before
/// may be given, too.
/// Errors: invalid_argument with the setting as subject.
void require_same_architecture(const Model& start, const Settings& asked, const Dataset& data);

}  // namespace basalt::learn
