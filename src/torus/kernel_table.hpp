// What a set of kernels consists of; the floors above pass `Kernels` on and call the functions of
// rotation.hpp and linear.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "torus/kernels.hpp"
#include "torus/torus.hpp"

namespace basalt::torus {

class RotationPlan;

/// One step of the blind rotation of `lanes` ciphertexts.
struct StepTask {
  const double* key = nullptr;               ///< Packed key of this step.
  const std::uint32_t* exponents = nullptr;  ///< In [0, 2N). Shape: [group x lanes].
  Torus* const* accumulators = nullptr;      ///< One per lane; distinct.
  double* scratch = nullptr;                 ///< plan.scratch_doubles().
  const double* ahead = nullptr;             ///< Numbers wanted next in the second level cache.
  std::size_t ahead_count = 0;
};

/// Sums of key rows times digits, for 8 ciphertexts and one panel of columns.
struct KeyswitchTask {
  const std::uint32_t* panel = nullptr;  ///< Shape: [rows x width].
  const std::int32_t* digits = nullptr;  ///< Shape: [rows x 8].
  std::size_t rows = 0;
  std::uint32_t* out = nullptr;  ///< out[c * stride + column] -= sum of digit times key.
  std::size_t stride = 0;
};

struct Kernels {
  std::string name;
  std::size_t lanes = 1;  ///< Ciphertexts of a step.

  /// Chooses layout, sizes and tables.
  void (*lay_out)(RotationPlan& plan) = nullptr;
  /// Spectra of one step, in torus units, to the order and scale of step().
  /// Shape: [2^group - 1][rows][components] spectra of FourierPlan.
  void (*pack_key)(const RotationPlan& plan, const double* spectra, double* out) = nullptr;
  /// Between GLWE words [components x N] and an accumulator.
  void (*load)(const RotationPlan& plan, const Torus* words, Torus* accumulator) = nullptr;
  void (*store)(const RotationPlan& plan, const Torus* accumulator, Torus* words) = nullptr;
  void (*step)(const RotationPlan& plan, const StepTask& task) = nullptr;

  std::size_t keyswitch_width = 0;
  void (*keyswitch)(const KeyswitchTask& task) = nullptr;

  /// out[i] += weight * in[i].
  void (*add_scaled)(Torus* out, const Torus* in, Torus weight, std::size_t count) = nullptr;
};

/// The plain set, which every processor runs.
extern const Kernels reference_kernels;

}  // namespace basalt::torus
