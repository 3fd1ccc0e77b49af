// How a farm ended, and the message in which rank 0 reports it to the others.
#pragma once

#include <cstddef>
#include <span>

#include "base/error.hpp"
#include "jobs/wire/sealed_message.hpp"

namespace basalt::jobs {

struct FarmResult {
  bool interrupted = false;
  std::size_t lost_ranks = 0;  ///< If not 0, MPI must not be ended: see Session::abandon().
};

/// A result, or the failure that there is in place of one, as a sealed message.
ByteVector encode_result(const MessageKey& key, const FarmResult& result);
ByteVector encode_failure(const MessageKey& key, const Error& failure);

/// The result of a message.
/// Errors: the failure, if the message is one; corrupt if it is not sound.
FarmResult decode_result(const MessageKey& key, std::span<const std::uint8_t> message);

}  // namespace basalt::jobs
