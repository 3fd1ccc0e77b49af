#include "jobs/farm/agent.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "base/error.hpp"
#include "support/wait.hpp"

namespace basalt::jobs::agent_test {
namespace {

using testing_support::comes_true;

ByteVector copy_of(std::span<const std::uint8_t> content) {
  return ByteVector(content.begin(), content.end());
}

std::vector<FinishedTask> take_all(Agent& agent, std::size_t count) {
  std::vector<FinishedTask> all;
  EXPECT_TRUE(comes_true([&] {
    agent.wait(1000);
    for (FinishedTask& done : agent.take()) all.push_back(std::move(done));
    return all.size() >= count;
  })) << count
      << " tasks were to be done";
  return all;
}

TEST(Agent, DoesTasksInTheOrderGivenAndReportsEach) {
  Agent agent([](TaskId id, std::span<const std::uint8_t> content) {
    ByteVector answer = copy_of(content);
    answer.push_back(static_cast<std::uint8_t>(id));
    return answer;
  });

  agent.give({{3, {30}}, {4, {40}}});
  const std::vector<FinishedTask> done = take_all(agent, 2);

  EXPECT_EQ(done[0].outcome.id, 3u);
  EXPECT_EQ(done[0].outcome.content, (ByteVector{30, 3}));
  EXPECT_EQ(done[1].outcome.content, (ByteVector{40, 4}));
  EXPECT_TRUE(agent.idle());
}

TEST(Agent, ReportsAnExceptionAndGoesOn) {
  Agent agent([](TaskId id, std::span<const std::uint8_t>) -> ByteVector {
    if (id == 1) throw std::runtime_error("no");
    return {};
  });

  agent.give({{1, {}}, {2, {}}});
  const std::vector<FinishedTask> done = take_all(agent, 2);

  EXPECT_TRUE(done[0].failure);
  EXPECT_FALSE(done[1].failure);
}

TEST(Agent, FinishesTheRunningTaskButDropsTheOthersOnDemand) {
  std::atomic<int> begun = 0;
  std::atomic<bool> go_on = false;
  Agent agent([&](TaskId, std::span<const std::uint8_t>) {
    ++begun;
    EXPECT_TRUE(comes_true([&] { return go_on.load(); })) << "the task was to be let go";
    return ByteVector{};
  });
  agent.give({{1, {}}, {2, {}}, {3, {}}});
  ASSERT_TRUE(comes_true([&] { return begun > 0; })) << "the task was to begin";

  agent.drop_waiting();
  EXPECT_FALSE(agent.idle());
  go_on = true;

  EXPECT_EQ(take_all(agent, 1).front().outcome.id, 1u);
  EXPECT_TRUE(agent.idle());
  EXPECT_EQ(begun, 1);
}

TEST(Agent, WorksWhileOutcomesAreKeptAndKeepsThemTogether) {
  std::atomic<int> worked = 0;
  std::vector<std::size_t> kept;
  Agent agent(
      [&](TaskId, std::span<const std::uint8_t>) {
        ++worked;
        return ByteVector{};
      },
      [&](std::span<const TaskMessage> outcomes) {
        // The first is kept until all the others have been done.
        EXPECT_TRUE(comes_true([&] { return worked >= 10; })) << "ten tasks were to be done";
        kept.push_back(outcomes.size());
      });
  std::vector<TaskMessage> tasks(10);
  for (TaskId id = 0; id < 10; ++id) tasks[id].id = id;
  agent.give(tasks);

  EXPECT_EQ(take_all(agent, 10).size(), 10u);

  EXPECT_LE(kept.size(), 2u);
  EXPECT_TRUE(agent.idle());
}

TEST(Agent, ReportsWhatCouldNotBeKeptAsFailed) {
  Agent agent([](TaskId, std::span<const std::uint8_t>) { return ByteVector{}; },
              [](std::span<const TaskMessage>) { throw Error(ErrorCode::io, "disk full"); });
  agent.give({{1, {}}, {2, {}}});
  for (const FinishedTask& done : take_all(agent, 2)) EXPECT_TRUE(done.failure) << done.outcome.id;
}

}  // namespace
}  // namespace basalt::jobs::agent_test
