#include "torus/linear.hpp"

#include "base/error.hpp"
#include "torus/detail/kernel_table.hpp"
#include "torus/panel_product.hpp"

namespace basalt::torus {

std::size_t panel_width(const Kernels& kernels) {
  return kernels.keyswitch_width;
}

void subtract_panel_product(const Kernels& kernels, const KeyswitchTask& task) {
  kernels.keyswitch(task);
}

void add_scaled(const Kernels& kernels, std::span<Torus> out, std::span<const Torus> in,
                Torus weight) {
  require(out.size() == in.size(), ErrorCode::mismatch, "linear: ", in.size(), " words added to ",
          out.size(), ", expected equal counts");
  kernels.add_scaled(out.data(), in.data(), weight, in.size());
}

void add_products(const Kernels& kernels, const SparseRows& rows, std::span<Torus* const> out,
                  std::span<const Torus* const> in, std::size_t count) {
  require(rows.row_start.size() == out.size() + 1, ErrorCode::mismatch, "linear: ", out.size(),
          " outputs for ", rows.row_start.size(), " starts of rows, expected one start more");
  require(
      rows.row_start.back() <= rows.weight.size() && rows.row_start.back() <= rows.column.size(),
      ErrorCode::mismatch, "linear: ", rows.weight.size(), " weights and ", rows.column.size(),
      " columns, the rows end at ", rows.row_start.back());
  kernels.add_products({.out = out.data(),
                        .in = in.data(),
                        .row_start = rows.row_start.data(),
                        .column = rows.column.data(),
                        .weight = rows.weight.data(),
                        .outputs = out.size(),
                        .count = count});
}

}  // namespace basalt::torus
