#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "tfhe/bootstrap.hpp"

namespace basalt::tfhe {

void LookupTables::set(std::size_t i, std::span<const Torus> values) {
  require(i < count_, ErrorCode::invalid_argument, "tables: table ", i, ", expected one below ",
          count_);
  require(std::has_single_bit(values.size()) && values.size() <= size_, ErrorCode::invalid_argument,
          "tables: ", values.size(), " values, expected a power of two up to the polynomial size ",
          size_);
  const std::size_t box = size_ / values.size();
  const auto out = (*this)[i];
  for (std::size_t c = 0; c < size_; ++c) {
    const std::size_t entry = (c + box / 2) / box;
    out[c] = entry < values.size() ? values[entry] : 0 - values[0];
  }
}

}  // namespace basalt::tfhe
