// What the evaluation key of a stage holds in memory.
#pragma once

#include <optional>

#include "tfhe/evaluation_key.hpp"
#include "tfhe/keyswitch.hpp"
#include "torus/rotation.hpp"

namespace basalt::tfhe {

struct StageKeys::Layout {
  Parameters parameters;
  const torus::Kernels* kernels;
  std::optional<KeyswitchKey> keyswitch;  ///< Absent without bootstrap.
  std::optional<torus::RotationPlan> rotation;
  std::span<double> rotation_numbers;
  torus::RotationKey rotation_key;
};

}  // namespace basalt::tfhe
