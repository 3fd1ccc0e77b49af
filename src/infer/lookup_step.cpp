// Tables of integers as test polynomials.
#include "infer/lookup_step.hpp"

namespace basalt::infer {
namespace {

using ir::Integer;
using tfhe::Torus;

/// Fills table `i` of a padded step: the entries at the output's scale.
void set_padded(const ir::Lookup& lookup, Eigen::Index i, int scale, LookupStep& step) {
  std::vector<Torus> words;
  for (const Integer entry : lookup.tables.row(i)) words.push_back(ir::torus_word(entry, scale));
  step.tables.set(static_cast<std::size_t>(i), words);
}

/// Fills table `i` of a wrapping step: the first half, in half units around its constant.
void set_wrapping(const ir::Lookup& lookup, Eigen::Index i, int scale, LookupStep& step) {
  const Eigen::Index half = lookup.tables.cols() / 2;
  const Integer constant = lookup.tables(i, 0) + lookup.tables(i, half);
  std::vector<Torus> words;
  for (Eigen::Index m = 0; m < half; ++m) {
    words.push_back(ir::torus_word(2 * lookup.tables(i, m) - constant, scale - 1));
  }
  step.tables.set(static_cast<std::size_t>(i), words);
  step.constants[static_cast<std::size_t>(i)] = ir::torus_word(constant, scale - 1);
}

}  // namespace

LookupStep lookup_step(const ir::Circuit& circuit, ir::ValueId id, std::size_t polynomial_size) {
  const auto& lookup = std::get<ir::Lookup>(circuit.graph.nodes[id].op);
  const auto count = static_cast<std::size_t>(lookup.tables.rows());
  const int reading = reading_scale(lookup), scale = circuit.plans[id].log2_scale;
  LookupStep step{.shift = reading - circuit.plans[lookup.input].log2_scale,
                  .offset = 0 - ir::torus_word(lookup.offset, reading + lookup.dropped.value),
                  .tables = tfhe::LookupTables(count, polynomial_size),
                  .constants = std::vector<Torus>(count, 0)};
  for (Eigen::Index i = 0; i < lookup.tables.rows(); ++i) {
    if (lookup.wraps) {
      set_wrapping(lookup, i, scale, step);
    } else {
      set_padded(lookup, i, scale, step);
    }
  }
  return step;
}

}  // namespace basalt::infer
