#include "torus/linear.hpp"

#include "base/error.hpp"

namespace basalt::torus {

void add_scaled(const Kernels& kernels, std::span<Torus> out, std::span<const Torus> in,
                Torus weight) {
  require(out.size() == in.size(), ErrorCode::mismatch, "linear: ", in.size(), " words added to ",
          out.size(), ", expected equal counts");
  kernels.add_scaled(out.data(), in.data(), weight, in.size());
}

}  // namespace basalt::torus
