// What an evaluation key holds in memory.
#pragma once

#include <optional>
#include <vector>

#include "tfhe/keys.hpp"
#include "tfhe/keyswitch.hpp"
#include "torus/rotation.hpp"

namespace basalt::tfhe {

struct EvaluationKey::Layout {
  Parameters parameters;
  Digest id, client_key_id;
  const torus::Kernels* kernels;
  std::optional<KeyswitchKey> keyswitch;  ///< Absent without bootstrap.
  std::optional<torus::RotationPlan> rotation;
  std::span<double> rotation_numbers;
  torus::RotationKey rotation_key;
  std::shared_ptr<const void> memory_owner;
  std::vector<EvaluationKey> further;  ///< One per set after set 0.
};

}  // namespace basalt::tfhe
