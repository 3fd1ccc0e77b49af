// Benchmarks of key switch and bootstrap on published parameter sets.
#pragma once

#include <string>

namespace basalt::bench {

/// Registers ks/SET/batch:B, pbs/SET/batch:B and ks_pbs/SET/batch:B for the sets 1_1, 2_2, 3_3 and
/// 4_4 of TFHE-rs at 2^-128, one thread, on the kernel set `kernels`. An iteration is one
/// ciphertext. Keys are made when the first benchmark of a set runs and dropped with the next set.
void register_published_sets(const std::string& kernels);

}  // namespace basalt::bench
