#include "torus/point_rotation.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "torus/accumulator.hpp"
#include "torus/tree_angle.hpp"

namespace basalt::torus::detail {
namespace {

/// Writes the tables of a layout one after the other and remembers where they begin.
class PointTableWriter {
 public:
  PointTableWriter(std::size_t lanes, PointLayout& layout) : lanes_(lanes), layout_(layout) {}

  AlignedVector<double> write() {
    mark(layout_.outer);
    add_node(layout_.outer_levels, 1, 0, 1);
    std::size_t width = std::size_t{1} << layout_.outer_levels;
    for (int pass = 0; pass < layout_.pass_count; ++pass) {
      mark(layout_.pass[pass]);
      add_nodes(layout_.pass_levels[pass], width);
      width <<= layout_.pass_levels[pass];
    }
    mark(layout_.leaf);
    add_nodes(layout_.leaf_levels, width);
    width <<= layout_.leaf_levels;
    mark(layout_.vectors);
    const int levels = std::countr_zero(lanes_);
    for (std::size_t node = 0; node < width; node += lanes_) add_node(levels, width, node, lanes_);
    for (const auto& [pointer, position] : marks_) *pointer = numbers_.data() + position;
    return std::move(numbers_);
  }

 private:
  void mark(const double*& pointer) {
    numbers_.resize((numbers_.size() + 7) / 8 * 8);
    marks_.emplace_back(&pointer, numbers_.size());
  }

  void add_nodes(int levels, std::size_t width) {
    for (std::size_t node = 0; node < width; ++node) add_node(levels, width, node, 1);
  }

  /// For each power but the 0th of w^(1/2^(levels - 1)): cosines, then sines of `count`
  /// neighbouring nodes.
  void add_node(int levels, std::size_t width, std::size_t node, std::size_t count) {
    const std::size_t points = std::size_t{1} << levels;
    for (std::size_t power = 1; power < points; ++power) {
      const auto angle = [&](std::size_t i) { return power_angle(levels, width, node + i, power); };
      for (std::size_t i = 0; i < count; ++i) numbers_.push_back(std::cos(angle(i)));
      for (std::size_t i = 0; i < count; ++i) numbers_.push_back(std::sin(angle(i)));
    }
  }

  std::size_t lanes_;
  PointLayout& layout_;
  AlignedVector<double> numbers_;
  std::vector<std::pair<const double**, std::size_t>> marks_;
};

/// Spreads the levels between the outer ones and those within vectors over the leaf and as few
/// passes as possible.
void choose_passes(int levels, int most, PointLayout& layout) {
  layout.pass_count = std::max(0, (levels - 1) / most);
  for (int pass = 0; pass < layout.pass_count; ++pass) {
    const int left = layout.pass_count + 1 - pass;
    layout.pass_levels[pass] = (levels + left - 1) / left;
    levels -= layout.pass_levels[pass];
  }
  layout.leaf_levels = levels;
}

}  // namespace

void lay_out_points(std::size_t lanes, RotationPlan& plan) {
  PointLayout& layout = plan.layout.points;
  static_cast<RotationSizes&>(layout) = sizes_of(plan, lanes);
  const int vector_levels = std::countr_zero(lanes);
  layout.outer_levels = vector_levels;
  choose_passes(std::countr_zero(layout.half) - 2 * vector_levels, vector_levels, layout);

  layout.block = layout.half >> layout.outer_levels;
  layout.padding = layout.block < lanes * lanes ? 0 : lanes;
  layout.polynomial_doubles = 2 * (layout.half + (layout.padding << layout.outer_levels) + lanes);
  constexpr std::size_t first_level_cache = 32768;
  layout.unit = first_level_cache / (2 * sizeof(double) * layout.rows);
  const std::size_t polynomials = std::max(layout.rows, layout.components);
  layout.stage = polynomials * layout.polynomial_doubles;

  plan.layout.wide = layout.wide;
  plan.layout.key_doubles =
      plan.shape().products() * layout.rows * layout.components * plan.shape().size;
  plan.layout.accumulator_words = layout.components * layout.component_words;
  plan.layout.scratch_doubles =
      layout.stage + (layout.rows + layout.components) * 2 * lanes * lanes;
  plan.layout.tables = PointTableWriter(lanes, layout).write();
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
