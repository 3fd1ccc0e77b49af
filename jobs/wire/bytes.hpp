// Bytes as ranks and processes exchange them.
#pragma once

#include <cstdint>
#include <vector>

namespace basalt::jobs {

using ByteVector = std::vector<std::uint8_t>;

}  // namespace basalt::jobs
