// The composition root: arguments, ranks and threads come together here, and every error ends here.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "base/error.hpp"
#include "jobs/cli/command.hpp"
#include "jobs/cli/interruption.hpp"
#include "jobs/comm/session.hpp"

namespace basalt::jobs::cli {
namespace {

/// What the launcher says about this process, before MPI starts.
struct Launch {
  bool under_launcher = false;
  int rank = 0, ranks = 1, ranks_here = 1;
};

int number_of(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::atoi(text) : otherwise;
}

Launch launch_of_process() {
  Launch launch;
  launch.under_launcher = Session::launched(environ);
  if (!launch.under_launcher) return launch;
  launch.rank = number_of("OMPI_COMM_WORLD_RANK", number_of("PMIX_RANK", number_of("PMI_RANK", 0)));
  launch.ranks =
      number_of("OMPI_COMM_WORLD_SIZE", number_of("SLURM_NTASKS", number_of("PMI_SIZE", 1)));
  launch.ranks_here =
      std::max(1, number_of("OMPI_COMM_WORLD_LOCAL_SIZE", number_of("SLURM_NTASKS_PER_NODE", 1)));
  return launch;
}

ConsoleSpec console_spec(const CommonOptions& options, const Launch& launch) {
  const bool terminal = isatty(STDERR_FILENO) != 0 && launch.rank == 0;
  const char* kind = std::getenv("TERM");
  const char* no_colour = std::getenv("NO_COLOR");
  const bool dumb = kind != nullptr && std::strcmp(kind, "dumb") == 0;
  return {.quiet = options.quiet,
          .terminal = terminal && !dumb,
          .colour = terminal && !dumb && (no_colour == nullptr || *no_colour == '\0'),
          .rank = launch.rank,
          .ranks = launch.ranks};
}

void report(const std::string& command, const std::string& message, const Launch& launch) {
  std::string line = "basalt: " + (command.empty() ? "" : command + ": ") + message;
  if (launch.rank > 0) line += concat(" (rank ", launch.rank, ")");
  for (char& c : line) {
    if (c == '\n') c = ' ';
  }
  std::fputs((line + "\n").c_str(), stderr);
}

/// Rank 0 speaks for all, where it waits as well.
StartLimit start_limit(const std::string& command, const Launch& launch) {
  const int seconds = number_of("BASALT_START_LIMIT", 120);
  return {{static_cast<double>(seconds)}, [=] {
            if (launch.rank == 0) {
              report(command,
                     concat("MPI has not brought the ", launch.ranks, " ranks together within ",
                            seconds, " s (BASALT_START_LIMIT); the same command may be run again"),
                     launch);
            }
            leave_interrupted(launch.rank)();
          }};
}

/// Runs a command on the ranks that it can use.
Exit perform(Call& call, const Launch& launch) {
  Console console(stderr, console_spec(call.options, launch));
  if (!call.command->uses.ranks && launch.ranks > 1) {
    if (launch.rank > 0) return Exit::done;
    console.warn(concat("basalt: ", call.command->name, ": runs on one rank; the other ",
                        launch.ranks - 1, " have nothing to do"));
  }
  if (!call.command->uses.ranks || !launch.under_launcher) {
    Communicator alone = Communicator::alone();
    Context context(call.options, alone, console);
    if (call.command->uses.kernels) context.kernels();  // refused before any work
    return call.action(context);
  }
  Session session(start_limit(call.command->name, launch));
  Exit status = Exit::done;
  {
    Communicator world = session.world();
    Context context(call.options, world, console);
    try {
      status = call.action(context);
    } catch (...) {
      if (world.has_lost()) session.abandon();
      throw;
    }
    if (context.abandoned() || world.has_lost()) session.abandon();
  }
  if (session.abandoned()) {
    note_status(launch.rank, static_cast<int>(status));
    std::_Exit(static_cast<int>(status));
  }
  return status;
}

/// How the process ends, and whether that is the end of a job of ranks.
struct Ending {
  Exit status = Exit::internal;
  bool of_ranks = false;
};

Ending run(const Launch& launch, int argument_count, char** arguments) {
  Ending ending;
  const std::vector<Command> table = commands();
  std::string name;
  try {
    Call call = parse(table, argument_count, arguments);
    if (call.command == nullptr) {
      if (launch.rank == 0) std::fputs(call.text.c_str(), stdout);
      return {Exit::done, false};
    }
    name = call.command->name;
    take_kernels(call.options, std::getenv("BASALT_KERNELS"));
    if (call.command->uses.ranks) {
      call.options.ranks_here = static_cast<std::size_t>(launch.ranks_here);
    }
    ending.of_ranks = call.command->uses.ranks;
    ending.status = perform(call, launch);
    return ending;
  } catch (const Error& error) {
    // Ranks agree on errors before they throw: rank 0 speaks for all.
    if (launch.rank == 0) report(name, error.what(), launch);
    ending.status = exit_of(error.code());
  } catch (const std::bad_alloc&) {
    report(name, "out of memory", launch);
  } catch (const std::exception& error) {
    report(name, concat("internal error: ", error.what()), launch);
  }
  return ending;
}

int start(int argument_count, char** arguments) {
  remember_warnings();
  const Launch launch = launch_of_process();
  const Ending ending = run(launch, argument_count, arguments);
  if (ending.of_ranks) note_status(launch.rank, static_cast<int>(ending.status));
  return static_cast<int>(ending.status);
}

}  // namespace
}  // namespace basalt::jobs::cli

int main(int argument_count, char** arguments) {
  return basalt::jobs::cli::start(argument_count, arguments);
}
