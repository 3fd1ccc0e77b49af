// The table of commands and the way from arguments to an exit status.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "jobs/cli/arguments.hpp"
#include "jobs/cli/context.hpp"

namespace basalt::jobs::cli {

/// Exit statuses, as README.md lists them.
enum class Exit : int {
  done = 0,
  internal = 1,
  usage = 2,
  some_failed = 3,
  damaged = 4,
  differs = 5,
  interrupted = 75
};

/// The work of a command, once its arguments are read.
using Action = std::function<Exit(Context&)>;

/// What a command is asked for beside its own options.
struct Uses {
  bool threads = false, seed = false, kernels = false;
  bool ranks = false;  ///< Several MPI ranks may run it.
};

/// One command of the program.
struct Command {
  std::string name{}, summary{};
  std::string example{};  ///< Shown by --help; one line.
  Uses uses{};
  /// Adds the options to the parser and returns what to do with their values.
  std::function<Action(const Arguments&)> define{};
  bool internal = false;  ///< Started by other commands, not by people; not in --help.
};

/// Every command, in the order in which --help lists them.
std::vector<Command> commands();

/// What a parsed command line asks for.
struct Call {
  const Command* command = nullptr;  ///< Null: `text` is the answer (help or version).
  Action action;
  CommonOptions options;
  std::string text;
};

/// Reads the command line. Errors: invalid_argument, with a sentence that names the command.
Call parse(const std::vector<Command>& commands, int argument_count, const char* const* arguments);

/// The exit status that belongs to an error.
Exit exit_of(ErrorCode code) noexcept;

}  // namespace basalt::jobs::cli
