// Sizes of evaluation keys that follow from the parameters.
#pragma once

#include "tfhe/keyswitch.hpp"
#include "tfhe/parameter_chain.hpp"
#include "torus/rotation.hpp"

namespace basalt::tfhe::detail {

inline torus::RotationShape rotation_shape(const Parameters& parameters) {
  return {.components = parameters.k() + 1,
          .size = parameters.N(),
          .base_log = parameters.spec().bootstrap.base_log,
          .levels = parameters.spec().bootstrap.levels,
          .group = parameters.spec().group};
}

inline std::size_t rotation_steps(const Parameters& parameters) {
  return parameters.n() / static_cast<std::size_t>(parameters.spec().group);
}

/// Bytes of the arrays of one stage.
struct KeyExtent {
  std::size_t keyswitch = 0, rotation = 0;
};

inline KeyExtent extent_of(const ParameterChain& chain, std::size_t i,
                           const torus::Kernels& kernels) {
  const Parameters& stage = chain.stage(i);
  if (!stage.has_bootstrap()) return {};
  const torus::RotationPlan plan(rotation_shape(stage), kernels);
  return {KeyswitchKey::expanded_bytes(stage, chain.source_dimension(i), kernels),
          rotation_steps(stage) * plan.key_doubles() * sizeof(double)};
}

/// Arrays begin at cache lines.
inline std::size_t whole_lines(std::size_t bytes) {
  return (bytes + 63) / 64 * 64;
}

}  // namespace basalt::tfhe::detail
