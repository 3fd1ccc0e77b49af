// What a set of kernels consists of; the floors above pass `Kernels` on and call the functions of
// rotation.hpp and linear.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "torus/detail/tasks.hpp"
#include "torus/kernels.hpp"
#include "torus/torus.hpp"

namespace basalt::torus {

class RotationPlan;

struct Kernels {
  std::string name;

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
  void (*add_products)(const ProductTask& task) = nullptr;
};

/// The plain set, which every processor runs.
extern const Kernels reference_kernels;

}  // namespace basalt::torus
