// Equal memory of the ranks of one host, held once.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "jobs/comm/communicator.hpp"

namespace basalt::jobs {

/// Lets the ranks of each host share the pages of memory that all of them hold with the same
/// content: large keys, above all. Addresses and contents stay; who writes to a shared page gets a
/// copy of his own. Memory that differs, and that of hosts that do not allow it, stays as it is.
///
/// Nothing of it outlives the processes, however they end.
/// Collective. Returns the number of bytes that this rank now shares.
std::size_t share_memory(Communicator& comm, const std::vector<std::span<const std::byte>>& arrays);

}  // namespace basalt::jobs
