// The vector kernels for AVX-512: eight ciphertexts side by side.
#define BASALT_SIMD_LEAST_BY_POINTS 16384
#define BASALT_SIMD_OUTER 3
#define BASALT_SIMD_LEAVES \
  { 0, 0, 2, 1, 1, 1, 1, 1 }
#define BASALT_SIMD_MOST_ALONE 5
#define BASALT_SIMD_TABLE avx512_kernels
#include "torus/detail/simd/simd_kernels.hpp"
