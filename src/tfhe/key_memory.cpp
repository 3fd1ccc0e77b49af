#include "tfhe/key_memory.hpp"

#include "tfhe/detail/key_shape.hpp"
#include "tfhe/keyswitch.hpp"
#include "torus/aligned.hpp"

namespace basalt::tfhe {

std::size_t expanded_bytes(const Parameters& parameters, const torus::Kernels& kernels) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < parameters.sets(); ++i) {
    const detail::KeyExtent extent = detail::extent_of(parameters, i, kernels);
    bytes += detail::whole_lines(extent.keyswitch) + detail::whole_lines(extent.rotation);
  }
  return bytes;
}

KeyMemory own_memory(std::size_t bytes) {
  const auto memory = std::make_shared<torus::AlignedVector<std::byte>>(bytes);
  return {std::span(*memory), memory};
}

}  // namespace basalt::tfhe
