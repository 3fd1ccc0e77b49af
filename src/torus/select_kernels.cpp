#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "torus/kernel_table.hpp"

namespace basalt::torus {

std::span<const Kernels* const> available_kernels() {
  static const std::vector<const Kernels*> sets = [] {
    std::vector<const Kernels*> found = {&reference_kernels};
    return found;
  }();
  return sets;
}

const Kernels& best_kernels() {
  return *available_kernels().back();
}

const Kernels& kernels_named(const std::string& name) {
  std::string known;
  for (const Kernels* set : available_kernels()) {
    if (set->name == name) return *set;
    known += (known.empty() ? "" : ", ") + set->name;
  }
  throw Error(ErrorCode::invalid_argument,
              cat("kernels: \"", name, "\" is not available here, expected one of ", known),
              "kernels");
}

const std::string& name_of(const Kernels& kernels) {
  return kernels.name;
}

}  // namespace basalt::torus
