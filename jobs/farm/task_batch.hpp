// Batches of tasks, or of their outcomes, in sealed messages.
#pragma once

#include <span>
#include <vector>

#include "jobs/farm/task_message.hpp"
#include "jobs/wire/sealed_message.hpp"

namespace basalt::jobs {

/// A batch in one sealed message.
ByteVector encode_tasks(const MessageKey& key, std::span<const TaskMessage> tasks);
/// Errors: corrupt if the message or its content is not sound.
std::vector<TaskMessage> decode_tasks(const MessageKey& key, std::span<const std::uint8_t> message);

}  // namespace basalt::jobs
