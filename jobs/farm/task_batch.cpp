#include "jobs/farm/task_batch.hpp"

#include <cstring>

#include "base/error.hpp"

namespace basalt::jobs {
namespace {

constexpr Schema tasks_schema{.id = 1, .version = 1, .limit = std::size_t{256} << 20};

void append(ByteVector& bytes, std::uint64_t number) {
  const auto* raw = reinterpret_cast<const std::uint8_t*>(&number);
  bytes.insert(bytes.end(), raw, raw + sizeof number);
}

std::uint64_t take_number(std::span<const std::uint8_t>& rest) {
  std::uint64_t number = 0;
  require(rest.size() >= sizeof number, ErrorCode::corrupt, "message: a batch of tasks ends early");
  std::memcpy(&number, rest.data(), sizeof number);
  rest = rest.subspan(sizeof number);
  return number;
}

}  // namespace

ByteVector encode_tasks(const MessageKey& key, std::span<const TaskMessage> tasks) {
  ByteVector content;
  for (const TaskMessage& task : tasks) {
    append(content, task.id);
    append(content, task.content.size());
    content.insert(content.end(), task.content.begin(), task.content.end());
  }
  return seal(key, tasks_schema, content);
}

std::vector<TaskMessage> decode_tasks(const MessageKey& key,
                                      std::span<const std::uint8_t> message) {
  auto rest = open(key, tasks_schema, message);
  std::vector<TaskMessage> tasks;
  while (!rest.empty()) {
    const TaskId id = take_number(rest);
    const std::uint64_t size = take_number(rest);
    require(size <= rest.size(), ErrorCode::corrupt, "message: a task ends early");
    tasks.push_back({id, ByteVector(rest.begin(), rest.begin() + std::ptrdiff_t(size))});
    rest = rest.subspan(size);
  }
  return tasks;
}

}  // namespace basalt::jobs
