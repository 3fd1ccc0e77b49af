#include "jobs/cli/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace basalt::jobs::cli {
namespace {

constexpr const char* version_text = "basalt " BASALT_VERSION "\n";

void add_common_options(CLI::App& app, const Uses& uses, CommonOptions& options) {
  app.add_flag("--json", options.json, "Print one JSON object on standard output");
  app.add_flag("--quiet", options.quiet, "Print warnings only on standard error");
  if (uses.threads) {
    app.add_option("--threads", options.threads, "Threads of each process (all processors)")
        ->type_name("N")
        ->check(CLI::Range(1, 4096));
  }
  if (uses.seed) {
    app.add_option("--seed", options.seed, "The number that determines everything random")
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
  }
  if (uses.kernels) {
    app.add_option("--kernels", options.kernels,
                   "Instruction set of the hot loops ($BASALT_KERNELS, else the fastest)")
        ->type_name("NAME");
  }
}

std::string footer_of(const Command& command) {
  std::string text = "Example:\n  " + command.example;
  if (command.uses.ranks) {
    text += "\n\nSeveral ranks may run it: mpirun -n 4 " + command.example +
            "\nWithout mpirun it runs as a single process.";
  }
  return text;
}

/// The words of the parser, shortened to one sentence.
std::string sentence(const CLI::ParseError& error) {
  std::string text = error.what();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

[[noreturn]] void refuse(const CLI::App& app, const std::string& where, const std::string& what) {
  const std::string of = app.get_name().empty() ? where : app.get_name();
  throw Error(ErrorCode::invalid_argument, concat(of, ": ", what, "; see: basalt ", of, " --help"));
}

void require_known_command(const std::vector<Command>& commands, const std::string& word) {
  if (word.starts_with("-")) return;
  if (std::ranges::count(commands, word, &Command::name) > 0) return;
  std::vector<std::string> names;
  for (const Command& command : commands) {
    if (!command.internal) names.push_back(command.name);
  }
  const std::string near = nearest_name(word, names);
  throw Error(
      ErrorCode::invalid_argument,
      concat("unknown command \"", word, "\"",
             near.empty() ? "" : concat("; did you mean \"", near, "\"?"), " See: basalt --help"));
}

}  // namespace

Exit exit_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::mismatch:
    case ErrorCode::not_found:
    case ErrorCode::unsupported:
      return Exit::usage;
    case ErrorCode::corrupt:
      return Exit::damaged;
    case ErrorCode::io:
    case ErrorCode::internal:
      return Exit::internal;
  }
  return Exit::internal;
}

Call parse(const std::vector<Command>& commands, int argument_count, const char* const* arguments) {
  CLI::App app("Basalt trains models for encrypted inference and runs them at scale.", "basalt");
  app.require_subcommand(1);
  app.set_version_flag("--version", version_text);
  app.footer("`basalt COMMAND --help` shows the options of a command and an example.");
  Call call;
  std::vector<Action> actions(commands.size());
  std::vector<CLI::App*> parsers;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    CLI::App* parser = app.add_subcommand(commands[i].name, commands[i].summary);
    parser->footer(footer_of(commands[i]));
    if (commands[i].internal) parser->group("");
    actions[i] = commands[i].define(Arguments(parser));
    const std::vector<CLI::App*> nested = parser->get_subcommands({});
    for (CLI::App* inner : nested) add_common_options(*inner, commands[i].uses, call.options);
    if (nested.empty()) add_common_options(*parser, commands[i].uses, call.options);
    parsers.push_back(parser);
  }
  require(argument_count > 1, ErrorCode::invalid_argument,
          "no command is given; see: basalt --help");
  require_known_command(commands, arguments[1]);
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::CallForHelp&) {
    const CLI::App* asked = &app;
    std::string before;
    for (auto deeper = app.get_subcommands(); !deeper.empty(); deeper = asked->get_subcommands()) {
      before += asked->get_name() + " ";
      asked = deeper.front();
    }
    if (!before.empty()) before.pop_back();
    call.text = asked->help(before);
    return call;
  } catch (const CLI::CallForVersion&) {
    call.text = version_text;
    return call;
  } catch (const CLI::ParseError& error) {
    const auto parsed = app.get_subcommands();
    refuse(parsed.empty() ? app : *parsed.front(), arguments[1], sentence(error));
  }
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (!parsers[i]->parsed()) continue;
    call.command = &commands[i];
    call.action = actions[i];
  }
  return call;
}

}  // namespace basalt::jobs::cli
