#include "jobs/farm/task_batch.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/expect_error.hpp"

namespace basalt::jobs::task_batch_test {
namespace {

const MessageKey& key() {
  static const MessageKey made(Digest{});
  return made;
}

TEST(TaskBatch, GivesBackItsTasks) {
  const std::vector<TaskMessage> tasks{{1, {}}, {~TaskId{0}, {1, 2, 3}}, {7, ByteVector(10000, 9)}};

  const std::vector<TaskMessage> opened = decode_tasks(key(), encode_tasks(key(), tasks));

  ASSERT_EQ(opened.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(opened[i].id, tasks[i].id);
    EXPECT_EQ(opened[i].content, tasks[i].content);
  }
}

TEST(TaskBatch, RefusesDamage) {
  ByteVector bytes = encode_tasks(key(), std::vector<TaskMessage>{{1, {1, 2, 3}}});
  bytes.back() = static_cast<std::uint8_t>(bytes.back() ^ 1);
  expect_error(ErrorCode::corrupt, "damaged, or of another run",
               [&] { decode_tasks(key(), bytes); });
}

TEST(TaskBatch, RefusesASoundMessageWithWrongContent) {
  const Schema tasks{.id = 1, .version = 1, .limit = 1000};
  const ByteVector half(12, 1);  // an id and half a size
  ByteVector longer(16, 0);
  longer[8] = 200;  // a size beyond the end
  expect_error(ErrorCode::corrupt, "a batch of tasks ends early",
               [&] { decode_tasks(key(), seal(key(), tasks, half)); });
  expect_error(ErrorCode::corrupt, "a task ends early",
               [&] { decode_tasks(key(), seal(key(), tasks, longer)); });
}

}  // namespace
}  // namespace basalt::jobs::task_batch_test
