// Passes of a transform and the tables of their twiddles, as both layouts of points need them.
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "torus/aligned.hpp"
#include "torus/detail/simd/simd_layout.hpp"
#include "torus/detail/tree_angle.hpp"

namespace basalt::torus::detail {

/// Gives the passes their levels, as evenly as possible, the longest first, of which `levels` are
/// to be spread over `parts`. Returns what is left for the parts that are no pass.
inline int spread_levels(int levels, int parts, PassLayout& layout) {
  for (int pass = 0; pass < layout.pass_count; ++pass) {
    const int left = parts - pass;
    layout.pass_levels[pass] = (levels + left - 1) / left;
    levels -= layout.pass_levels[pass];
  }
  return levels;
}

/// Writes tables one after the other and remembers where they begin.
class TwiddleWriter {
 public:
  /// The twiddles of all passes and of the leaves; below the outer levels those of `blocks` equal
  /// parts of the tree side by side. Returns the number of nodes below the leaves.
  std::size_t add_passes(PassLayout& layout, std::size_t blocks = 1) {
    std::size_t width = 1;
    const auto add = [&](const double*& table, int levels, std::size_t parts) {
      mark(table);
      const std::size_t nodes = width / parts;
      for (std::size_t node = 0; node < nodes; ++node) {
        add_nodes(levels, width, node, parts, nodes);
      }
      width <<= levels;
    };
    add(layout.outer, layout.outer_levels, 1);
    for (int pass = 0; pass < layout.pass_count; ++pass) {
      add(layout.pass[pass], layout.pass_levels[pass], blocks);
    }
    add(layout.leaf, layout.leaf_levels, blocks);
    return width;
  }

  /// The next table begins here, at a multiple of 64 bytes; `pointer` will point to it.
  void mark(const double*& pointer) {
    numbers_.resize((numbers_.size() + 7) / 8 * 8);
    marks_.emplace_back(&pointer, numbers_.size());
  }

  /// For each power but the 0th of w^(1/2^(levels - 1)): cosines, then sines of `count`
  /// nodes, `apart` from one to the next.
  void add_nodes(int levels, std::size_t width, std::size_t node, std::size_t count,
                 std::size_t apart = 1) {
    const std::size_t points = std::size_t{1} << levels;
    for (std::size_t power = 1; power < points; ++power) {
      const auto angle = [&](std::size_t i) {
        return power_angle(levels, width, node + i * apart, power);
      };
      for (std::size_t i = 0; i < count; ++i) numbers_.push_back(std::cos(angle(i)));
      for (std::size_t i = 0; i < count; ++i) numbers_.push_back(std::sin(angle(i)));
    }
  }

  void add(double number) { numbers_.push_back(number); }

  /// Sets all marked pointers. The writer is empty then.
  AlignedVector<double> finish() {
    for (const auto& [pointer, position] : marks_) *pointer = numbers_.data() + position;
    return std::move(numbers_);
  }

 private:
  AlignedVector<double> numbers_;
  std::vector<std::pair<const double**, std::size_t>> marks_;
};

}  // namespace basalt::torus::detail
