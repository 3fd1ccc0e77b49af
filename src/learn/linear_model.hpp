// Linear models: one integer matrix product under encryption, no bootstrap.
#pragma once

namespace basalt::learn {

/// A quantized linear model.
struct LinearModel {};

template <class Visitor>
void describe(Visitor&, LinearModel&) {}

}  // namespace basalt::learn
