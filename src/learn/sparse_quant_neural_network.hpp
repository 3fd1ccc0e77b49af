// Fully connected networks trained quantization-aware, pruned and bounded for TFHE.
#pragma once

namespace basalt::learn {

/// A trained quantized network.
struct SparseQuantNeuralNetwork {};

template <class Visitor>
void describe(Visitor&, SparseQuantNeuralNetwork&) {}

}  // namespace basalt::learn
