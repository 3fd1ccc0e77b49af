#include "tfhe/lookup_table.hpp"

#include <algorithm>
#include <bit>

#include "base/error.hpp"

namespace basalt::tfhe {

void LookupTables::set(std::size_t i, std::span<const Torus> values) {
  set_part(i, values, 0, 0);
}

void LookupTables::set_part(std::size_t i, std::span<const Torus> values, std::size_t part,
                            int log2_tables_per_rotation) {
  const std::size_t coefficients = size_ >> log2_tables_per_rotation;
  require(i < count_, ErrorCode::invalid_argument, "tables: table ", i, ", expected one below ",
          count_);
  require(part >> log2_tables_per_rotation == 0, ErrorCode::invalid_argument, "tables: part ", part,
          " of 2^", log2_tables_per_rotation);
  require(std::has_single_bit(values.size()) && values.size() <= coefficients,
          ErrorCode::invalid_argument, "tables: ", values.size(),
          " values, expected a power of two up to the polynomial size ", coefficients);
  const std::size_t box = coefficients / values.size();
  const auto out = (*this)[i];
  for (std::size_t c = 0; c < coefficients; ++c) {
    const std::size_t entry = (c + box / 2) / box;
    out[(c << log2_tables_per_rotation) + part] =
        entry < values.size() ? values[entry] : 0 - values[0];
  }
}

}  // namespace basalt::tfhe
