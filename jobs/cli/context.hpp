// What every command shares: common options, threads, kernels, ranks, and where results go.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/parallel.hpp"
#include "infer/infer.hpp"
#include "jobs/comm/communicator.hpp"
#include "jobs/log/console.hpp"

namespace basalt::jobs::cli {

/// A JSON object that keeps the order of its fields.
using Json = nlohmann::ordered_json;

/// The options that commands have in common.
struct CommonOptions {
  bool json = false, quiet = false;
  std::size_t threads = 0;  ///< 0: as many as this process may use.
  std::optional<std::uint64_t> seed{};
  std::size_t ranks_here = 1;  ///< Processes of this run on this host; they share its processors.
  std::string kernels{};       ///< Empty: the fastest that this machine runs.
  std::string kernels_from = "--kernels";  ///< Who asked for them.
};

/// What BASALT_KERNELS says, null if it is not set, stands for --kernels where that is not given.
void take_kernels(CommonOptions& options, const char* environment);

/// The surroundings of one command.
class Context {
 public:
  Context(CommonOptions options, Communicator& ranks, Console& console)
      : options_(std::move(options)), ranks_(ranks), console_(console) {}

  const CommonOptions& options() const noexcept { return options_; }
  Communicator& ranks() noexcept { return ranks_; }
  Console& console() noexcept { return console_; }

  /// As asked for; else this process's share of the processors it may use.
  std::size_t threads() const;
  ThreadTeam& team();
  /// Errors: invalid_argument if this processor has not what was asked for.
  const torus::Kernels& kernels() const;
  infer::Engine& engine();

  /// A rank has died: MPI cannot be ended in order any more.
  void abandon_ranks() noexcept { abandoned_ = true; }
  bool abandoned() const noexcept { return abandoned_; }

  /// The result of the command, on standard output of rank 0: one JSON object with --json, else
  /// lines and tables for people.
  void answer(const Json& result);
  /// Plain text in place of a result, without --json.
  void print(const std::string& text);

 private:
  CommonOptions options_;
  Communicator& ranks_;
  Console& console_;
  std::unique_ptr<ThreadTeam> team_;
  std::unique_ptr<infer::Engine> engine_;
  bool abandoned_ = false;
};

/// A result for people: a name and its value per line, lists of objects as tables.
std::string readable(const Json& result);

}  // namespace basalt::jobs::cli
