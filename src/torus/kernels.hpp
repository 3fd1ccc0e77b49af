// The table of hot loops: one set of kernels per instruction set.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace basalt::torus {

/// Hot loops of one instruction set. The floor `torus` completes it; others only pass it on.
struct Kernels;

/// "reference", "avx2", "avx512", …: those this processor can run, plainest first.
std::span<const Kernels* const> available_kernels();
/// The fastest of them.
const Kernels& best_kernels();
/// Errors: invalid_argument that lists the available names.
const Kernels& kernels_named(const std::string& name);
/// The name of a set.
const std::string& name_of(const Kernels& kernels);

}  // namespace basalt::torus
