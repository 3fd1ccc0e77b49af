// The vector kernel sets: layouts and tables around the loops of one instruction set.
#pragma once

#include "torus/detail/kernel_table.hpp"

namespace basalt::torus {

/// For processors with AVX2, FMA and BMI2.
extern const Kernels avx2_set;
/// For processors with AVX-512 F, BW, CD, DQ and VL.
extern const Kernels avx512_set;

}  // namespace basalt::torus
