#include "jobs/sweep/isolated_trial.hpp"

#include <cstdio>
#include <limits>
#include <memory>
#include <new>
#include <optional>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "io/file/file.hpp"
#include "jobs/child/child_process.hpp"
#include "jobs/wire/archive.hpp"
#include "jobs/wire/error_message.hpp"

namespace basalt::jobs {
namespace {

constexpr Schema task_schema{.id = 16, .version = 1, .limit = std::size_t{16} << 20};
constexpr Schema answer_schema{.id = 17, .version = 1, .limit = std::size_t{256} << 20};

/// First byte of what the child says.
enum class Answer : std::uint8_t { ready, outcome, error };

constexpr int most_kills = 3;
constexpr double ever = 1e9;  // seconds

ByteVector answer(const MessageKey& key, Answer kind, std::span<const std::uint8_t> content) {
  ByteVector bytes{static_cast<std::uint8_t>(kind)};
  bytes.insert(bytes.end(), content.begin(), content.end());
  return seal(key, answer_schema, bytes);
}

pipeline::Record failed(std::string reason) {
  pipeline::Record record;
  record.state = pipeline::Record::State::failed;
  record.reason = std::move(reason);
  return record;
}

bool ran_out_of_memory(const pipeline::Record& record) {
  return record.state == pipeline::Record::State::failed && record.reason == memory_reason;
}

/// The parent's side: a child and what is said with it.
class Isolation {
 public:
  explicit Isolation(IsolationSpec spec) : spec_(std::move(spec)), key_(spec_.run) {}

  pipeline::Record run(const search::TrialTask& task) {
    for (int kills = 0;;) {
      const bool fresh = !child_;
      std::optional<pipeline::Record> record;
      if (!fresh || begin()) record = attempt(task);
      if (record && !ran_out_of_memory(*record)) return *record;
      const ChildEnd end = stop(task);
      if (!fresh) continue;
      if (record) return failed(concat(memory_reason, limit_text()));
      if (!end.from_outside()) return failed(concat("the trial's process ", end.text()));
      if (++kills == most_kills) {
        return failed(concat("the trial's process ", end.text(), ", ", kills,
                             " times; it may need more memory than this machine has"));
      }
    }
  }

 private:
  /// Starts a child. Returns false if it was killed before it was ready.
  bool begin() {
    child_ = std::make_unique<ChildProcess>(spec_.command, spec_.environment);
    if (child_->wait(ever) == ChildProcess::Event::message) {
      const ByteVector content = opened();
      if (content.front() == static_cast<std::uint8_t>(Answer::ready)) return true;
      throw open_error(key_, std::span(content).subspan(1));
    }
    const ChildEnd end = child_->finish();
    require(end.from_outside(), ErrorCode::io, "a trial's process ", end.text(),
            " before its first trial: ", child_->log());
    return false;
  }

  /// What came of the trial; none if the child ended.
  std::optional<pipeline::Record> attempt(const search::TrialTask& task) {
    child_->forget_log();
    child_->send(seal(key_, task_schema, to_message(task)));
    try {
      switch (child_->wait(spec_.timeout.value > 0 ? spec_.timeout.value : ever)) {
        case ChildProcess::Event::message:
          return record_in(opened(), task);
        case ChildProcess::Event::late:
          stop(task);
          return failed(timeout_reason(spec_.timeout));
        case ChildProcess::Event::ended:
          return std::nullopt;
      }
    } catch (const Error& error) {
      if (error.code() != ErrorCode::corrupt) throw;  // else a child that talks nonsense is lost
    }
    return std::nullopt;
  }

  ByteVector opened() const {
    const auto content = open(key_, answer_schema, child_->message());
    require(!content.empty(), ErrorCode::corrupt, "trial process: an empty message");
    return {content.begin(), content.end()};
  }

  pipeline::Record record_in(const ByteVector& content, const search::TrialTask& task) const {
    const auto rest = std::span(content).subspan(1);
    if (content.front() == static_cast<std::uint8_t>(Answer::error)) throw open_error(key_, rest);
    auto outcome = from_message<search::TrialOutcome>(rest);
    require(outcome.task.trial == task.trial && outcome.task.rung == task.rung, ErrorCode::corrupt,
            "trial process: answers for trial ", outcome.task.trial, ", not ", task.trial);
    return std::move(outcome.record);
  }

  /// Ends the child and keeps the end of its output.
  ChildEnd stop(const search::TrialTask& task) {
    const ChildEnd end = child_->finish();
    keep_log(task);
    child_.reset();
    return end;
  }

  void keep_log(const search::TrialTask& task) const {
    if (child_->log().empty()) return;
    char name[64];
    std::snprintf(name, sizeof name, "trial-%06llu-%u.log",
                  static_cast<unsigned long long>(task.trial), task.rung);
    io::publish(spec_.logs / name, child_->log());
  }

  std::string limit_text() const {
    return spec_.memory == 0 ? "" : concat(" (limit ", spec_.memory >> 20, " MiB)");
  }

  IsolationSpec spec_;
  MessageKey key_;
  std::unique_ptr<ChildProcess> child_;
};

}  // namespace

std::string timeout_reason(Seconds limit) {
  return concat("the trial ran longer than its timeout of ", limit.value, " s");
}

TrialFunction isolated_trial(const IsolationSpec& spec) {
  auto isolation = std::make_shared<Isolation>(spec);
  return [isolation](const search::TrialTask& task) { return isolation->run(task); };
}

void serve_trials(int channel, const Digest& run, const TrialFunction& trial) {
  const MessageKey key(run);
  if (!write_frame(channel, answer(key, Answer::ready, {}))) return;
  while (const auto frame = read_frame(channel)) {
    search::TrialOutcome outcome;
    outcome.task = from_message<search::TrialTask>(open(key, task_schema, *frame));
    ByteVector reply;
    try {
      outcome.record = trial(outcome.task);
      reply = answer(key, Answer::outcome, to_message(outcome));
    } catch (const std::bad_alloc&) {
      outcome.record = failed(memory_reason);
      reply = answer(key, Answer::outcome, to_message(outcome));
    } catch (...) {
      reply = answer(key, Answer::error, seal_error(key, error_of(std::current_exception())));
    }
    if (!write_frame(channel, reply)) return;
  }
}

void refuse_trials(int channel, const Digest& run, const Error& error) {
  const MessageKey key(run);
  write_frame(channel, answer(key, Answer::error, seal_error(key, error)));
}

}  // namespace basalt::jobs
