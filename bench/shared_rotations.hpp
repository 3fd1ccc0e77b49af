// Benchmarks of several tables of one ciphertext in one rotation.
#pragma once

#include <string>

namespace basalt::bench {

/// Registers one_set/bits:B/tables:Q and own_sets/bits:B/tables:Q, one thread, milliseconds per
/// table where Q tables share a rotation. The counter `gain` is the time of Q rotations divided by
/// that of one, both taken in turns; `own_sets` gives each side the cheapest set for B bits, sums
/// of 2-norm 4 and 2^-40, `one_set` has gaussian_2_2 for both.
void register_shared_rotations(const std::string& kernels);

}  // namespace basalt::bench
