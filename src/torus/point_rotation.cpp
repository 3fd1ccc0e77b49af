#include "torus/point_rotation.hpp"

#include <algorithm>
#include <bit>

#include "torus/accumulator.hpp"
#include "torus/twiddle_writer.hpp"

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

}  // namespace

void lay_out_points(std::size_t lanes, RotationPlan& plan) {
  PointLayout& layout = plan.layout.points;
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
  constexpr std::size_t first_level_cache = 32768;
  layout.unit = first_level_cache / (2 * sizeof(double) * layout.rows);
  layout.stage = lanes * lanes * layout.block_doubles;

  plan.layout.wide = layout.wide;
  plan.layout.key_doubles =
      plan.shape().products() * layout.rows * layout.components * plan.shape().size;
  plan.layout.accumulator_words = layout.components * layout.component_words;
  plan.layout.scratch_doubles =
      layout.stage + (layout.rows + layout.components) * 2 * lanes * lanes;
  plan.layout.tables = write_tables(lanes, layout);
}

void pack_key_by_points(const RotationPlan& plan, const double* spectra, double* out) {
  const PointLayout& layout = plan.layout.points;
  const std::size_t lanes = std::size_t{1} << layout.outer_levels;
  for (std::size_t first = 0; first < layout.half; first += lanes * lanes) {
    for (std::size_t e = 0; e < lanes; ++e) {
      for (std::size_t row = 0; row < layout.rows; ++row) {
        for (std::size_t o = 0; o < layout.components; ++o) {
          const double scale = key_scale(layout, row);
          const double* const from =
              spectra + (row * layout.components + o) * 2 * layout.half + first + e;
          for (std::size_t s = 0; s < lanes; ++s) *out++ = from[s * lanes] * scale;
          for (std::size_t s = 0; s < lanes; ++s) *out++ = from[layout.half + s * lanes] * scale;
        }
      }
    }
  }
}

}  // namespace basalt::torus::detail
