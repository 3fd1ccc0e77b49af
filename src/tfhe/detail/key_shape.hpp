// Sizes of evaluation keys that follow from the parameters.
#pragma once

#include "tfhe/parameters.hpp"
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

}  // namespace basalt::tfhe::detail
