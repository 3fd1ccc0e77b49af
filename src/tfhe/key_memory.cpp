#include "tfhe/key_memory.hpp"

#include "tfhe/detail/evaluation_key_layout.hpp"

namespace basalt::tfhe {

std::vector<std::span<const std::byte>> memory_of(const EvaluationKey& key) {
  std::vector<std::span<const std::byte>> arrays;
  const EvaluationKey::Layout& layout = key.layout();
  if (layout.keyswitch) {
    const KeyswitchKey& keyswitch = *layout.keyswitch;
    const void* begin = keyswitch.wide() ? static_cast<const void*>(keyswitch.wide_row(0).data())
                                         : static_cast<const void*>(keyswitch.panel(0));
    arrays.emplace_back(static_cast<const std::byte*>(begin), keyswitch.memory().value);
    arrays.push_back(std::as_bytes(std::span(layout.rotation_key.numbers)));
  }
  for (const EvaluationKey& set : layout.further) {
    for (const auto& array : memory_of(set)) arrays.push_back(array);
  }
  return arrays;
}

}  // namespace basalt::tfhe
