#include "torus/detail/accumulator.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "torus/detail/rotation_layout.hpp"

namespace basalt::torus::detail {
namespace {

/// Accumulators of 32 bits round each step's result to 2^-32, the digits to 2^(-base_log levels):
/// with 30 bits in the digits the first adds an eighth to the variance of the second.
constexpr int most_bits_of_narrow_words = 30;

/// Sums of products are turned into integers of 2^-32, which must stay below 2^63: ten standard
/// deviations of digits times random words are 2^(base_log + 0.5 log2(rows N) - 0.3).
bool products_fit(const RotationShape& shape) {
  const double terms = static_cast<double>(shape.rows() * shape.size);
  return shape.base_log + 0.5 * std::log2(terms) <= 31.0;
}

/// Where word `j` of a component lies.
std::size_t place_of(const RotationSizes& sizes, std::size_t j) {
  if (sizes.strip == 0) return j;
  const std::size_t blocks = sizes.strip * sizes.strip * (sizes.wide ? 2 : 1);
  const std::size_t block = sizes.component_words / blocks, at = j % block;
  return (at / sizes.strip * blocks + j / block) * sizes.strip + at % sizes.strip;
}

/// Words of 32 bits stand for x + 1/2. Even positions of exact multiples go up by 1/2, odd ones
/// down: an offset of one sign would add up over the key.
void load_narrow(const RotationSizes& layout, const Torus* words, Torus* accumulator) {
  const std::size_t padding = layout.component_words - layout.half;
  for (std::size_t j = 0; j < layout.half; ++j) {
    const Torus odd = j % 2;
    accumulator[place_of(layout, j)] =
        ((words[j] - odd) >> 32) | ((words[j + layout.half] - odd) >> 32 << 32);
  }
  for (std::size_t j = 0; j < padding; ++j) {
    accumulator[layout.half + j] = std::rotl(accumulator[j], 32) ^ 0xFFFF'FFFF'0000'0000;
  }
}

void load_wide(const RotationSizes& layout, const Torus* words, Torus* accumulator) {
  const std::size_t size = 2 * layout.half, padding = layout.component_words - size;
  for (std::size_t j = 0; j < size; ++j) accumulator[place_of(layout, j)] = words[j];
  for (std::size_t j = 0; j < padding; ++j) accumulator[size + j] = ~words[j];
}

/// Half a base for each digit and half of the last digit's unit, or one less.
Torus rounding_offset(const RotationSizes& sizes, Torus less) {
  const int bits = sizes.wide ? 64 : 32;
  const int last = bits - sizes.base_log * static_cast<int>(sizes.levels);
  Torus offset = (Torus{1} << (last - 1)) - less;
  for (int level = 1; level <= static_cast<int>(sizes.levels); ++level) {
    offset += Torus{1} << (bits - sizes.base_log * (level - 1) - 1);
  }
  return sizes.wide ? offset : offset & 0xFFFFFFFF;
}

AlignedVector<Torus> rounding_offsets(const RotationSizes& sizes, std::size_t lanes) {
  AlignedVector<Torus> words(2 * lanes, rounding_offset(sizes, 0));
  if (sizes.wide) return words;
  const bool differences = sizes.group == 1;
  for (std::size_t c = 0; c < lanes; ++c) {
    const Torus less = differences ? (0xB1 >> c) & 1 : 0, other = differences ? 1 - less : 0;
    words[c] = rounding_offset(sizes, less) | rounding_offset(sizes, other) << 32;
    words[lanes + c] = rounding_offset(sizes, other) | rounding_offset(sizes, less) << 32;
  }
  return words;
}

}  // namespace

void load_accumulator(const RotationPlan& plan, const Torus* words, Torus* accumulator) {
  const RotationSizes& layout = plan.layout().sizes();
  for (std::size_t c = 0; c < layout.components; ++c) {
    (layout.wide ? load_wide : load_narrow)(layout, words + 2 * c * layout.half,
                                            accumulator + c * layout.component_words);
  }
}

void store_accumulator(const RotationPlan& plan, const Torus* accumulator, Torus* words) {
  const RotationSizes& layout = plan.layout().sizes();
  constexpr Torus half_unit = Torus{1} << 31;  // narrow words stand for x + 1/2
  for (std::size_t c = 0; c < layout.components; ++c) {
    const Torus* from = accumulator + c * layout.component_words;
    Torus* to = words + 2 * c * layout.half;
    if (layout.wide) {
      for (std::size_t j = 0; j < 2 * layout.half; ++j) to[j] = from[place_of(layout, j)];
      continue;
    }
    for (std::size_t j = 0; j < layout.half; ++j) {
      const Torus pair = from[place_of(layout, j)];
      to[j] = (pair << 32) + half_unit;
      to[j + layout.half] = (pair >> 32 << 32) + half_unit;
    }
  }
}

RotationSizes sizes_of(RotationPlan& plan, std::size_t lanes) {
  const RotationShape& shape = plan.shape();
  RotationSizes sizes;
  sizes.half = shape.half();
  sizes.components = shape.components;
  sizes.rows = shape.rows();
  sizes.levels = static_cast<std::size_t>(shape.levels);
  sizes.base_log = shape.base_log;
  sizes.group = shape.group;
  sizes.wide = shape.base_log * shape.levels > most_bits_of_narrow_words || !products_fit(shape);
  sizes.component_words = (sizes.wide ? shape.size : sizes.half) + lanes;
  plan.layout().offsets = rounding_offsets(sizes, lanes);
  sizes.offsets = plan.layout().offsets.data();
  return sizes;
}

double key_scale(const RotationSizes& sizes, std::size_t row) {
  const int level = static_cast<int>(row % sizes.levels) + 1;
  const int scale =
      sizes.wide ? 0 : sizes.base_log * level;  // of 2^32: digits are cut 2^(32 - scale) too large
  return std::ldexp(1.0 / static_cast<double>(sizes.half), scale);
}

}  // namespace basalt::torus::detail
