// Tables of integers as test polynomials.
#include "infer/lookup_step.hpp"

#include <map>
#include <utility>

#include "ir/repeats.hpp"

namespace basalt::infer {
namespace {

using ir::Integer;
using tfhe::Torus;

/// The words of table `i`: of a padded one the entries at the output's scale; of a wrapping one the
/// first half, in half units around its constant.
std::vector<Torus> words_of(const ir::Lookup& lookup, Eigen::Index i, int scale) {
  std::vector<Torus> words;
  if (!lookup.wraps) {
    for (const Integer entry : lookup.tables.row(i)) words.push_back(ir::torus_word(entry, scale));
    return words;
  }
  const Eigen::Index half = lookup.tables.cols() / 2;
  const Integer constant = lookup.tables(i, 0) + lookup.tables(i, half);
  for (Eigen::Index m = 0; m < half; ++m) {
    words.push_back(ir::torus_word(2 * lookup.tables(i, m) - constant, scale - 1));
  }
  return words;
}

Torus constant_of(const ir::Lookup& lookup, Eigen::Index i, int scale) {
  if (!lookup.wraps) return 0;
  return ir::torus_word(lookup.tables(i, 0) + lookup.tables(i, lookup.tables.cols() / 2),
                        scale - 1);
}

}  // namespace

LookupStep lookup_step(const ir::EncodedGraph& encoded, ir::ValueId id,
                       std::size_t polynomial_size) {
  const auto& lookup = std::get<ir::Lookup>(encoded.graph.nodes[id].op);
  const auto count = static_cast<std::size_t>(lookup.tables.rows());
  const int reading = reading_scale(lookup), scale = encoded.encodings[id].log2_scale;
  LookupStep step{
      .shift = reading - encoded.encodings[lookup.input].log2_scale,
      .offset = 0 - ir::torus_word(lookup.offset, reading + lookup.truncated_bits.value),
      .tables = tfhe::LookupTables(count, polynomial_size),
      .constants = std::vector<Torus>(count, 0)};
  for (Eigen::Index i = 0; i < lookup.tables.rows(); ++i) {
    const auto table = static_cast<std::size_t>(i);
    step.tables.set(table, words_of(lookup, i, scale));
    step.constants[table] = constant_of(lookup, i, scale);
  }
  return step;
}

SharedRotations shared_rotations(const ir::EncodedGraph& encoded, ir::ValueId id,
                                 std::size_t polynomial_size, int log2_tables_per_rotation) {
  const auto& lookup = std::get<ir::Lookup>(encoded.graph.nodes[id].op);
  const std::size_t parts = std::size_t{1} << log2_tables_per_rotation;
  const std::vector<std::size_t> first = first_equals(encoded.graph, lookup.input);
  std::vector<std::uint32_t> source, place_of;
  std::vector<std::vector<std::uint32_t>> contents;  // tables of each rotation
  std::map<std::size_t, std::size_t> open;           // the last rotation of each element
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto found = open.find(first[i]);
    if (found == open.end() || contents[found->second].size() == parts) {
      open[first[i]] = contents.size();
      contents.emplace_back();
      source.push_back(static_cast<std::uint32_t>(first[i]));
    }
    const std::size_t rotation = open[first[i]];
    place_of.push_back(static_cast<std::uint32_t>(rotation * parts + contents[rotation].size()));
    contents[rotation].push_back(lookup.table_of[i]);
  }
  std::map<std::vector<std::uint32_t>, std::uint32_t> polynomials;
  std::vector<std::uint32_t> table_of;
  for (const auto& tables : contents) {
    const auto next = static_cast<std::uint32_t>(polynomials.size());
    table_of.push_back(polynomials.emplace(tables, next).first->second);
  }
  SharedRotations shared{.log2_tables_per_rotation = log2_tables_per_rotation,
                         .source = std::move(source),
                         .table_of = std::move(table_of),
                         .place_of = std::move(place_of),
                         .tables = tfhe::LookupTables(polynomials.size(), polynomial_size)};
  for (const auto& [tables, polynomial] : polynomials) {
    for (std::size_t part = 0; part < tables.size(); ++part) {
      const std::vector<Torus> words = words_of(lookup, static_cast<Eigen::Index>(tables[part]),
                                                encoded.encodings[id].log2_scale);
      shared.tables.set_part(polynomial, words, part, log2_tables_per_rotation);
    }
  }
  return shared;
}

}  // namespace basalt::infer
