// The vector kernels for AVX2: four ciphertexts side by side.
#define BASALT_SIMD_LEAST_BY_POINTS 16384
#define BASALT_SIMD_OUTER 2
#define BASALT_SIMD_LEAVES \
  { 0, 0, 1, 0, 0, 0, 0, 0 }
#define BASALT_SIMD_MOST_ALONE 3
#define BASALT_SIMD_TABLE avx2_kernels
#include "torus/detail/simd/simd_kernels.hpp"
