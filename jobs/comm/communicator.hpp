// Messages between ranks: a private channel that never blocks and never spins.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "jobs/wire/bytes.hpp"

namespace basalt::jobs {

/// What a message is about.
enum class Tag : int {
  hello = 1,  ///< Worker to coordinator: process and host, so that its death can be seen.
  alive,      ///< Either way: a heartbeat.
  tasks,      ///< Coordinator to worker: work to do.
  outcome,    ///< Worker to coordinator: one finished task.
  failure,    ///< Worker to coordinator: the run cannot go on, with the reason.
  interrupt,  ///< Worker to coordinator: this rank was asked to end.
  stop,       ///< Coordinator to worker: no more work.
  left,       ///< Worker to coordinator: it has reported everything and is gone.
  report,     ///< To rank 0: how a common step went here.
  summary,    ///< From rank 0: how a common step went everywhere.
  busy        ///< Either way: a common step goes on.
};

/// A received message.
struct Message {
  int source = 0;
  Tag tag{};
  ByteVector bytes;
};

/// A private channel between the ranks of a run; of a single process without MPI as well.
///
/// Threads: one thread at a time, the one that started the session.
class Communicator {
 public:
  /// The communicator of a process that was started alone: rank 0 of 1, MPI is not used.
  static Communicator alone();

  Communicator(Communicator&&) noexcept;
  Communicator& operator=(Communicator&&) noexcept;
  ~Communicator();

  int rank() const noexcept;
  int size() const noexcept;

  /// Starts to send and returns at once; the bytes are kept until they have left.
  /// Errors: invalid_argument if there is no such rank or the message exceeds 1 GiB.
  void send(int destination, Tag tag, std::span<const std::uint8_t> bytes);

  /// The first message with one of these tags that has arrived, if any; moves everything under way
  /// on. Messages with other tags wait.
  std::optional<Message> poll(std::span<const Tag> tags);
  /// The first message with this source and tag that has arrived, if any.
  std::optional<Message> poll(int source, Tag tag);
  /// Waits for a message with this source and tag, asleep between looks.
  Message receive(int source, Tag tag);

  /// Whether the process of a rank is known to have ended; false for one of another machine.
  bool has_ended(int rank) const;
  /// Notes that a rank has died: MPI cannot be ended in order any more.
  void note_loss() noexcept;
  bool has_lost() const noexcept;
  /// The number of the next step that all ranks take together, from 1.
  std::uint32_t next_step() noexcept;

  /// Waits until all that was sent has left, at most `seconds`: a dead receiver never takes it.
  /// Returns false if something is left.
  bool flush(double seconds);

 private:
  friend class Session;
  struct Channel;
  std::optional<Message> take_first(const std::function<bool(const Message&)>& wanted);
  explicit Communicator(std::unique_ptr<Channel> channel);
  std::unique_ptr<Channel> channel_;
};

/// Sleeps between fruitless looks: short at first, up to 1 ms, so that waiting costs next to no
/// processor time.
class Backoff {
 public:
  void sleep();
  void reset() noexcept { microseconds_ = first; }

 private:
  static constexpr int first = 20, last = 1000;
  int microseconds_ = first;
};

}  // namespace basalt::jobs
