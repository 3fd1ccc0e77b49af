#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "torus/detail/kernel_table.hpp"
#include "torus/detail/simd/simd_rotation.hpp"

namespace basalt::torus {
namespace {

bool runs_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi2");
}

bool runs_avx512() {
  return runs_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512cd");
}

}  // namespace

std::span<const Kernels* const> available_kernels() {
  static const std::vector<const Kernels*> sets = [] {
    std::vector<const Kernels*> found = {&reference_kernels};
    if (runs_avx2()) found.push_back(&avx2_set);
    if (runs_avx512()) found.push_back(&avx512_set);
    return found;
  }();
  return sets;
}

const Kernels& best_kernels() {
  return *available_kernels().back();
}

const Kernels& kernels_named(const std::string& name) {
  for (const Kernels* set : available_kernels()) {
    if (set->name == name) return *set;
  }
  throw Error(ErrorCode::invalid_argument,
              concat("kernels: \"", name, "\" is not available here, expected one of ",
                     joined(available_kernels(), ", ", &Kernels::name)),
              "kernels");
}

const std::string& name_of(const Kernels& kernels) {
  return kernels.name;
}

}  // namespace basalt::torus
