#include "torus/linear.hpp"

#include "base/error.hpp"

namespace basalt::torus {

void add_scaled(const Kernels& kernels, std::span<Torus> out, std::span<const Torus> in,
                Torus weight) {
  require(out.size() == in.size(), ErrorCode::mismatch, "linear: ", in.size(), " words added to ",
          out.size(), ", expected equal counts");
  kernels.add_scaled(out.data(), in.data(), weight, in.size());
}

void add_weighted(const Kernels& kernels, std::span<Torus> out, std::span<const Torus* const> in,
                  std::span<const Torus> weights) {
  require(in.size() == weights.size(), ErrorCode::mismatch, "linear: ", weights.size(),
          " weights for ", in.size(), " inputs, expected equal counts");
  kernels.add_weighted(out.data(), in.data(), weights.data(), in.size(), out.size());
}

}  // namespace basalt::torus
