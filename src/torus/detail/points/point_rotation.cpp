#include "torus/detail/points/point_rotation.hpp"

#include <algorithm>
#include <bit>

#include "torus/detail/accumulator.hpp"
#include "torus/detail/rotation_layout.hpp"
#include "torus/detail/twiddle_writer.hpp"

namespace basalt::torus::detail {
namespace {

AlignedVector<double> write_tables(std::size_t lanes, PointLayout& layout) {
  TwiddleWriter tables;
  const std::size_t width = tables.add_passes(layout);
  tables.mark(layout.vectors);
  const int levels = std::countr_zero(lanes);
  for (std::size_t node = 0; node < width; node += lanes) {
    tables.add_nodes(levels, width, node, lanes);
  }
  return tables.finish();
}

constexpr std::size_t pair = 2;  ///< Ciphertexts of one step.

/// A block of the outer levels, or the largest of its parts of which one row's numbers and the sums
/// of all components fit the first level cache.
void choose_tile(PointLayout& layout) {
  constexpr std::size_t first_level_cache = 32768;
  const std::size_t point = 2 * sizeof(double) * (layout.components + 1);
  layout.tile = layout.block;
  layout.tile_pass = 1;
  while (layout.tile * point > first_level_cache && layout.tile_pass + 1 < layout.pass_count) {
    layout.tile >>= layout.pass_levels[layout.tile_pass++];
  }
}

}  // namespace

void lay_out_points(std::size_t lanes, RotationPlan& plan) {
  PointLayout& layout = plan.layout().points;
  static_cast<RotationSizes&>(layout) = sizes_of(plan, lanes);
  layout.strip = lanes;
  layout.component_words -= lanes;
  const int vector_levels = std::countr_zero(lanes);
  const int levels = std::countr_zero(layout.half) - 3 * vector_levels;
  layout.outer_levels = vector_levels;
  PassLayout inner;
  inner.pass_count = std::max(0, (levels - 1) / vector_levels);
  layout.leaf_levels = spread_levels(levels, inner.pass_count + 1, inner);
  layout.pass_count = 1 + inner.pass_count;
  layout.pass_levels[0] = vector_levels;
  std::copy_n(inner.pass_levels, inner.pass_count, layout.pass_levels + 1);

  layout.block = layout.half / (lanes * lanes);
  const std::size_t polynomials = std::max(layout.rows, layout.components);
  layout.polynomial_doubles = 2 * (layout.block + lanes);
  layout.block_doubles = polynomials * layout.polynomial_doubles;
  layout.ciphertext_doubles = lanes * lanes * layout.block_doubles;
  choose_tile(layout);
  layout.sum_doubles = 2 * (layout.tile + lanes);

  plan.layout().wide = layout.wide;
  plan.layout().key_doubles =
      plan.shape().products() * layout.rows * layout.components * plan.shape().size;
  plan.layout().accumulator_words = layout.components * layout.component_words;
  plan.layout().lanes = pair;
  plan.layout().single_path_limit = 1;
  plan.layout().ciphertexts_per_key_pass = pair;
  plan.layout().scratch_doubles =
      pair * (layout.ciphertext_doubles + layout.components * layout.sum_doubles);
  plan.layout().tables = write_tables(lanes, layout);
}

void pack_key_by_points(const RotationPlan& plan, const double* spectra, double* out) {
  const PointLayout& layout = plan.layout().points;
  const std::size_t lanes = std::size_t{1} << layout.outer_levels, leaf = lanes * lanes;
  const auto write_vector = [&](const double* from, double scale) {
    for (std::size_t s = 0; s < lanes; ++s) *out++ = from[s * lanes] * scale;
  };
  const auto write_leaf = [&](const double* row, double scale) {
    for (std::size_t e = 0; e < lanes; ++e) {
      for (std::size_t o = 0; o < layout.components; ++o) {
        const double* const from = row + o * 2 * layout.half + e;
        write_vector(from, scale);
        write_vector(from + layout.half, scale);
      }
    }
  };
  for (std::size_t tile = 0; tile < layout.half; tile += layout.tile) {
    for (std::size_t row = 0; row < layout.rows; ++row) {
      const double* const from = spectra + row * layout.components * 2 * layout.half;
      for (std::size_t first = tile; first < tile + layout.tile; first += leaf) {
        write_leaf(from + first, key_scale(layout, row));
      }
    }
  }
}

}  // namespace basalt::torus::detail
