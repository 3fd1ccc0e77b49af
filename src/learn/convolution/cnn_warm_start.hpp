// What a warm start keeps of a convolutional network: its layers, too.
#pragma once

#include "base/settings.hpp"
#include "learn/data/dataset.hpp"
#include "learn/model/model.hpp"

namespace basalt::learn {

/// Refuses settings that ask for another network than the one that training goes on from.
/// Errors: invalid_argument with the setting as subject.
void refuse_another_cnn(const Model& start, const Settings& asked, const Dataset& data);

}  // namespace basalt::learn
