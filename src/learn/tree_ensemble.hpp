// Decision trees, forests and boosted trees on quantized features.
#pragma once

namespace basalt::learn {

/// A quantized tree ensemble.
struct TreeEnsemble {};

template <class Visitor>
void describe(Visitor&, TreeEnsemble&) {}

}  // namespace basalt::learn
