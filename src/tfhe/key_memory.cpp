#include "tfhe/key_memory.hpp"

#include <sys/mman.h>

#include <new>

#include "tfhe/detail/key_shape.hpp"
#include "tfhe/keyswitch.hpp"

namespace basalt::tfhe {

std::size_t expanded_bytes(const ParameterChain& parameters, const torus::Kernels& kernels) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < parameters.stage_count(); ++i) {
    const detail::KeyExtent extent = detail::extent_of(parameters, i, kernels);
    bytes += detail::whole_lines(extent.keyswitch) + detail::whole_lines(extent.rotation);
  }
  return bytes;
}

KeyMemory own_memory(std::size_t bytes) {
  if (bytes == 0) return {};
  constexpr std::size_t huge_page = std::size_t{1} << 21;
  const std::size_t mapped = bytes + huge_page;
  void* const memory =
      mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  const std::shared_ptr<const void> owner(
      memory, [memory, mapped](const void* /*memory*/) { munmap(memory, mapped); });
  void* begin = memory;
  std::size_t room = mapped;
  std::align(huge_page, bytes, begin, room);
  madvise(begin, bytes, MADV_HUGEPAGE);  // a hint; refusal is harmless
  return {{static_cast<std::byte*>(begin), bytes}, owner};
}

}  // namespace basalt::tfhe
