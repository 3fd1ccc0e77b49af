#include "jobs/farm/farm.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <map>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "base/random.hpp"
#include "jobs/comm/collective.hpp"
#include "jobs/ranks.hpp"
#include "support/expect_error.hpp"

namespace basalt::jobs::farm_test {
namespace {

ByteVector bytes_of(std::uint64_t number) {
  ByteVector bytes(sizeof number);
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

std::uint64_t number_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t number = 0;
  EXPECT_EQ(bytes.size(), sizeof number);
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

FarmTask task(TaskId id, std::uint64_t number, double cost = 1.0) {
  return {{id, bytes_of(number)}, cost};
}

/// Tasks 0..count-1, all ready at once; outcome: the square of the content.
struct Squares {
  std::size_t count = 0;
  double cost = 1.0;
  bool given = false;
  std::map<TaskId, std::uint64_t> outcomes{};

  Job job() {
    return {.next =
                [this] {
                  std::vector<FarmTask> tasks;
                  for (TaskId id = 0; !given && id < count; ++id) {
                    tasks.push_back(task(id, id + 1, cost));
                  }
                  given = true;
                  return tasks;
                },
            .work =
                [](TaskId, std::span<const std::uint8_t> content) {
                  const std::uint64_t number = number_of(content);
                  return bytes_of(number * number);
                },
            .absorb =
                [this](const TaskMessage& outcome, Completion completion) {
                  EXPECT_EQ(completion, Completion::first);
                  EXPECT_TRUE(outcomes.emplace(outcome.id, number_of(outcome.content)).second);
                }};
  }
};

TEST(Farm, DoesEveryTaskOnceAndAbsorbsOnRank0) {
  for (const double cost : {1.0, 1e-6, 0.0}) {
    Squares squares{.count = 500, .cost = cost};

    const FarmResult end = farm(world(), squares.job(), {});

    EXPECT_FALSE(end.interrupted);
    EXPECT_EQ(end.lost_ranks, 0u);
    EXPECT_EQ(squares.outcomes.size(), world().rank() == 0 ? 500u : 0u);
    for (const auto& [id, square] : squares.outcomes) EXPECT_EQ(square, (id + 1) * (id + 1));
  }
}

TEST(Farm, EndsWithoutTasks) {
  Squares squares{.count = 0};
  farm(world(), squares.job(), {});
  EXPECT_TRUE(squares.outcomes.empty());
}

TEST(Farm, GivesTasksThatBecomeReadyByOutcomes) {
  std::uint64_t reached = 0;
  bool first = true, absorbed = false;
  Job job;
  job.next = [&]() -> std::vector<FarmTask> {
    if (!std::exchange(first, false) && !std::exchange(absorbed, false)) return {};
    if (reached == 100) return {};
    return {task(reached, reached)};
  };
  job.work = [](TaskId, std::span<const std::uint8_t> content) {
    return bytes_of(number_of(content) + 1);
  };
  job.absorb = [&](const TaskMessage& outcome, Completion) {
    reached = number_of(outcome.content);
    absorbed = true;
  };

  farm(world(), job, {});

  EXPECT_EQ(reached, world().rank() == 0 ? 100u : 0u);
}

// There is work until every rank has had some, however late one of them comes.
TEST(Farm, LetsEveryRankWork) {
  const auto ranks = static_cast<std::size_t>(world().size());
  std::set<std::uint64_t> workers;
  TaskId made = 0, done = 0;
  Job job;
  job.next = [&] {
    std::vector<FarmTask> tasks;
    while (workers.size() < ranks && made < done + 4 * ranks) {
      tasks.push_back(task(made, made));
      ++made;
    }
    return tasks;
  };
  job.work = [](TaskId, std::span<const std::uint8_t>) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return bytes_of(static_cast<std::uint64_t>(world().rank()));
  };
  job.absorb = [&](const TaskMessage& outcome, Completion) {
    workers.insert(number_of(outcome.content));
    ++done;
  };

  farm(world(), job, {});

  if (world().rank() == 0) {
    EXPECT_EQ(workers.size(), ranks);
  }
}

TEST(Farm, EndsOnAllRanksWithTheErrorOfATask) {
  Squares squares{.count = 200};
  Job job = squares.job();
  job.work = [](TaskId id, std::span<const std::uint8_t>) -> ByteVector {
    require(id != 50, ErrorCode::io, "disk full at task ", id);
    return bytes_of(0);
  };
  job.absorb = {[](const TaskMessage&, Completion) {}};

  try {
    farm(world(), job, {});
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::io);
    EXPECT_STREQ(error.what(), "disk full at task 50");
  }
}

TEST(Farm, EndsOnAllRanksWithAnErrorOfTheCoordinator) {
  Squares squares{.count = 200};
  Job job = squares.job();
  job.absorb = [](const TaskMessage& outcome, Completion) {
    require(outcome.id != 20, ErrorCode::corrupt, "bad outcome");
  };
  expect_error(ErrorCode::corrupt, "bad outcome", [&] { farm(world(), job, {}); });
}

TEST(Farm, EndsAfterTheRunningTasksWhenAnyRankIsAskedTo) {
  const int asked = world().size() - 1;
  int calls = 0;
  Squares squares{.count = 100000};
  Job job = squares.job();
  job.work = [](TaskId, std::span<const std::uint8_t> content) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return ByteVector(content.begin(), content.end());
  };
  FarmOptions options;
  options.interruption = [&] {
    return world().rank() == asked && ++calls > 50 ? Interruption::finish : Interruption::none;
  };

  const FarmResult end = farm(world(), job, options);

  EXPECT_TRUE(end.interrupted);
  EXPECT_LT(squares.outcomes.size(), 100000u);
}

TEST(Farm, EndsAlikeOnAllRanksWhenAskedAtTheLastMoment) {
  const int last = world().size() - 1;
  for (int round = 0; round < 200; ++round) {
    Squares squares{.count = 3};
    int looks = 0;
    FarmOptions options;
    options.interruption = [&] {
      const bool asked = world().rank() == last && ++looks > round % 10;
      return asked ? Interruption::finish : Interruption::none;
    };

    const FarmResult end = farm(world(), squares.job(), options);

    if (world().rank() != 0) {
      const std::uint8_t seen = end.interrupted ? 1 : 0;
      world().send(0, Tag::summary, std::span(&seen, 1));
      continue;
    }
    for (int rank = 1; rank <= last; ++rank) {
      const Message message = world().receive(rank, Tag::summary);
      EXPECT_EQ(message.bytes.at(0), end.interrupted ? 1 : 0) << "round " << round;
    }
  }
}

TEST(Farm, RunsManyTimesOnOneCommunicator) {
  for (int round = 0; round < 20; ++round) {
    Squares squares{.count = 7};
    farm(world(), squares.job(), {});
    ASSERT_EQ(squares.outcomes.size(), world().rank() == 0 ? 7u : 0u);
  }
}

TEST(Farm, LeavesWhatFollowsItAlone) {
  for (int round = 0; round < 100; ++round) {
    Squares squares{.count = 3};
    farm(world(), squares.job(), {});
    EXPECT_NO_THROW(run_on_all_ranks(world(), [] {}));
  }
}

TEST(Farm, ReportsItsState) {
  Squares squares{.count = 30};
  Job job = squares.job();
  job.work = [](TaskId, std::span<const std::uint8_t>) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return bytes_of(0);
  };
  std::vector<FarmState> states;
  FarmOptions options;
  options.watch = [&](const FarmState& state) { states.push_back(state); };

  farm(world(), job, options);

  if (world().rank() != 0) return;
  ASSERT_FALSE(states.empty());
  for (const FarmState& state : states) {
    EXPECT_EQ(state.completed + state.running + state.waiting, 30u);
    EXPECT_LE(state.workers, static_cast<std::size_t>(world().size()));
  }
}

}  // namespace
}  // namespace basalt::jobs::farm_test
