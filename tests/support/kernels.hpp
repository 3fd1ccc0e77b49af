// The kernels that tests run on: those of the environment's BASALT_KERNELS, as in the program.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <span>

#include "base/error.hpp"
#include "torus/kernels.hpp"

namespace basalt::testing_support {

/// Null if no set is asked for. A set that this processor lacks ends the program with status 2.
inline const torus::Kernels* forced_kernels() {
  static const torus::Kernels* const set = []() -> const torus::Kernels* {
    const char* name = std::getenv("BASALT_KERNELS");
    if (name == nullptr || *name == '\0') return nullptr;
    try {
      return &torus::kernels_named(name);
    } catch (const Error& error) {
      std::fprintf(stderr, "BASALT_KERNELS: %s\n", error.what());
      std::exit(2);
    }
  }();
  return set;
}

/// For tests that need one set: the forced one, else the fastest.
inline const torus::Kernels& chosen_kernels() {
  const torus::Kernels* forced = forced_kernels();
  return forced != nullptr ? *forced : torus::best_kernels();
}

/// For tests of every set: the forced one alone, else all that this processor runs.
inline std::span<const torus::Kernels* const> kernel_sets() {
  static const torus::Kernels* const forced = forced_kernels();
  return forced != nullptr ? std::span(&forced, 1) : torus::available_kernels();
}

}  // namespace basalt::testing_support
