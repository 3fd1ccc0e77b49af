#include "torus/detail/simd/simd_rotation.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "torus/detail/accumulator.hpp"
#include "torus/detail/points/point_rotation.hpp"
#include "torus/detail/rotation_layout.hpp"
#include "torus/detail/twiddle_writer.hpp"

namespace basalt::torus {
namespace detail {

extern const SimdKernels avx2_kernels, avx512_kernels;

namespace {

AlignedVector<double> write_tables(SimdLayout& layout) {
  TwiddleWriter tables;
  tables.add_passes(layout);
  if (layout.group == 2) {
    tables.mark(layout.roots);
    const std::size_t count = 4 * layout.half;
    for (std::size_t i = 0; i < count; ++i) {
      const double turn = static_cast<double>(i) / static_cast<double>(count);
      tables.add(std::cos(2.0 * std::numbers::pi * turn));
      tables.add(std::sin(2.0 * std::numbers::pi * turn));
    }
  }
  return tables.finish();
}

/// The first point of leaf q is the power 4 rev(q) + 1 of the first 2N-th root of unity. The roots
/// of X^M - i are the powers 4 j + 1; the tree puts the square roots w (left) and -w (right) below
/// every node, so that the path to a leaf spells j from its lowest bit on.
std::vector<std::uint32_t> leaf_powers(const SimdLayout& layout) {
  const std::size_t leaves = layout.half >> layout.leaf_levels;
  std::vector<std::uint32_t> powers(leaves);
  for (std::size_t leaf = 0; leaf < leaves; ++leaf) {
    std::size_t reversed = 0;
    for (std::size_t bit = 1; bit < leaves; bit *= 2) {
      reversed = 2 * reversed + ((leaf & bit) != 0 ? 1 : 0);
    }
    powers[leaf] = static_cast<std::uint32_t>(4 * reversed + 1);
  }
  return powers;
}

/// The layout of a ciphertext alone, from that of ciphertexts side by side. Its scratch memory is a
/// part of theirs. After the outer levels a polynomial is `lanes` independent blocks: lane b has
/// block b, whose leaves are the b-th part of all, with twiddles and powers of its own. So tables
/// that all lanes share are stored anew with `lanes` numbers side by side; the key is not
/// (collect_key).
void lay_out_alone(std::size_t lanes, RotationPlan& plan) {
  SimdLayout& layout = plan.layout().alone;
  layout = plan.layout().simd;
  layout.polynomial_doubles = (layout.block + 1) * 2 * lanes;
  TwiddleWriter tables;
  tables.add_passes(layout, lanes);
  plan.layout().alone_tables = tables.finish();

  std::vector<std::uint32_t>& powers = plan.layout().leaf_powers;
  const std::size_t leaves = powers.size(), part = leaves / lanes;
  powers.resize(2 * leaves);
  for (std::size_t leaf = 0; leaf < part; ++leaf) {
    for (std::size_t b = 0; b < lanes; ++b) {
      powers[leaves + leaf * lanes + b] = powers[b * part + leaf];
    }
  }
  plan.layout().simd.leaf_powers = powers.data();
  layout.leaf_powers = powers.data() + leaves;
}

void lay_out(const SimdTraits& traits, RotationPlan& plan) {
  const RotationShape& shape = plan.shape();
  SimdLayout& layout = plan.layout().simd;
  static_cast<RotationSizes&>(layout) = sizes_of(plan, traits.lanes);
  layout.outer_levels = traits.outer_levels;
  layout.leaf_levels = traits.leaf_levels[std::min<std::size_t>(shape.components, 7)];
  // log2(N/2) levels in all: the outer ones with the conversion of words, the leaves' with the
  // product, and passes of as many levels as registers hold for the rest.
  const int levels = std::countr_zero(layout.half) - layout.outer_levels - layout.leaf_levels;
  layout.pass_count = (levels + traits.pass_levels - 1) / traits.pass_levels;
  spread_levels(levels, layout.pass_count, layout);

  const std::size_t point = 2 * traits.lanes;
  layout.block = layout.half >> layout.outer_levels;
  const std::size_t points = layout.half + (std::size_t{1} << layout.outer_levels);
  layout.polynomial_doubles = (points + 8) * point;
  constexpr std::size_t first_level_cache = 32768;
  layout.unit = first_level_cache / (point * sizeof(double) * layout.rows);

  plan.layout().wide = layout.wide;
  plan.layout().lanes = traits.lanes;
  plan.layout().single_path_limit = traits.single_path_limit;
  plan.layout().key_doubles = shape.products() * layout.rows * layout.components * shape.size;
  plan.layout().accumulator_words = layout.components * layout.component_words;
  plan.layout().scratch_doubles =
      std::max(layout.rows, layout.components) * layout.polynomial_doubles;
  plan.layout().tables = write_tables(layout);
  plan.layout().leaf_powers = leaf_powers(layout);
  lay_out_alone(traits.lanes, plan);
}

/// One value of a spectrum, divided by the size of the transform and by the scale at which digits
/// are cut.
double* write_value(const SimdLayout& layout, const double* spectra, std::size_t product,
                    std::size_t row, std::size_t component, std::size_t p, double* out) {
  const double scale = key_scale(layout, row);
  const double* spectrum =
      spectra + ((product * layout.rows + row) * layout.components + component) * 2 * layout.half;
  *out++ = spectrum[p] * scale;
  *out++ = spectrum[p + layout.half] * scale;
  return out;
}

/// Leaf by leaf; within a leaf by row, point, component, or for groups of two bits by point,
/// product, row, component.
void pack_key(const RotationPlan& plan, const double* spectra, double* out) {
  const SimdLayout& layout = plan.layout().simd;
  const std::size_t leaf = std::size_t{1} << layout.leaf_levels, components = layout.components;
  const bool pairs = layout.group == 2;
  const std::size_t slow = pairs ? leaf : layout.rows, fast = pairs ? 3 * layout.rows : leaf;
  for (std::size_t first = 0; first < layout.half; first += leaf) {
    for (std::size_t i = 0; i < slow; ++i) {
      for (std::size_t j = 0; j < fast; ++j) {
        for (std::size_t o = 0; o < components; ++o) {
          out = pairs ? write_value(layout, spectra, j / layout.rows, j % layout.rows, o, first + i,
                                    out)
                      : write_value(layout, spectra, 0, i, o, first + j, out);
        }
      }
    }
  }
}

template <const SimdKernels& simd>
struct Set {
  /// Large polynomials of 8 ciphertexts at once would leave the cache.
  static bool by_points(const RotationShape& shape) {
    return shape.group == 1 && shape.size >= simd.traits.least_size_by_points;
  }
  static void lay_out(RotationPlan& plan) {
    plan.layout().by_points = by_points(plan.shape());
    plan.layout().by_points ? lay_out_points(simd.traits.lanes, plan)
                            : detail::lay_out(simd.traits, plan);
  }
  static void pack_key(const RotationPlan& plan, const double* spectra, double* out) {
    plan.layout().by_points ? pack_key_by_points(plan, spectra, out)
                            : detail::pack_key(plan, spectra, out);
  }
  static void step(const RotationPlan& plan, const StepTask& task) {
    if (plan.layout().by_points) return simd.step_of_points(plan.layout().points, task);
    if (task.count > plan.layout().single_path_limit) return simd.step(plan.layout().simd, task);
    StepTask one = task;
    for (std::size_t c = 0; c < task.count; ++c) {
      one.exponents = task.exponents + c;
      one.accumulators = task.accumulators + c;
      simd.step_alone(plan.layout().alone, one);
      one.prefetch_count = 0;
    }
  }
  static Kernels make(const char* name) {
    return {.name = name,
            .lay_out = lay_out,
            .pack_key = pack_key,
            .load = load_accumulator,
            .store = store_accumulator,
            .step = step,
            .keyswitch_width = simd.traits.keyswitch_width,
            .keyswitch = simd.keyswitch,
            .add_scaled = simd.add_scaled,
            .add_products = simd.add_products};
  }
};

}  // namespace
}  // namespace detail

const Kernels avx2_set = detail::Set<detail::avx2_kernels>::make("avx2");
const Kernels avx512_set = detail::Set<detail::avx512_kernels>::make("avx512");

}  // namespace basalt::torus
