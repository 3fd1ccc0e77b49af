// What a warm start keeps: the network, whose settings cannot become others.
#pragma once

#include "learn/convolution/cnn_spec.hpp"
#include "learn/model/model.hpp"

namespace basalt::learn {

/// Refuses settings that ask for another dense network than the one that training goes on from: its
/// widths, inputs, rule, skip and activation stay. After pruning the widths from before may be
/// given, too. Weights may get other bits unless "omega" drew them, sums other bits with "bound".
/// Errors: invalid_argument with the setting as subject.
void refuse_another_network(const Model& start, const Settings& asked, const Dataset& data);

/// The same for convolutional networks, whose layers stay as well.
void refuse_another_cnn(const Model& start, const Settings& asked, const Dataset& data);

}  // namespace basalt::learn
