// Lowering: from a trained model to integers, one overload per family.
#pragma once

#include "compile/compile.hpp"
#include "learn/model/model.hpp"

namespace basalt::compile {

/// The integers of one family, in lower_<family>.cpp. `model` gives what families share: classes,
/// task, standardizer.
Lowered lower(const learn::LinearModel& family, const learn::Model& model);
Lowered lower(const learn::SparseQuantNeuralNetwork& family, const learn::Model& model);
Lowered lower(const learn::TreeEnsemble& family, const learn::Model& model);
Lowered lower(const learn::NearestNeighbors& family, const learn::Model& model);
Lowered lower(const learn::QuantCNN& family, const learn::Model& model);

/// Preprocessing with the standardizer of `model` and no quantizers yet.
ir::Preprocessing standardization_of(const learn::Model& model);

}  // namespace basalt::compile
