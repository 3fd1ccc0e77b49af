// The arguments of one command: its options and subcommands. Only arguments.cpp and command.cpp
// see the parser's own headers, which would cost every command two seconds of compiling.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace basalt::jobs::cli {

/// One option or positional argument, to be described further.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option required() const;
  /// What stands for the value in --help.
  Option type_name(const std::string& name) const;
  Option within(std::int64_t low, std::int64_t high) const;
  Option not_negative() const;
  Option one_of(const std::vector<std::string>& words) const;
  Option excludes(const Option& other) const;

 private:
  CLI::Option* option_;
};

/// The arguments of a command or subcommand. A handle: copies mean the same arguments.
class Arguments {
 public:
  explicit Arguments(CLI::App* parser) : parser_(parser) {}

  /// Reads an option ("-o,--output") or a positional argument ("data") into `value`, which must
  /// outlive the parsing. Value: any type that arguments.cpp instantiates.
  template <class Value>
  Option option(const std::string& names, Value& value, const std::string& help) const;
  Option flag(const std::string& names, bool& value, const std::string& help) const;
  Arguments subcommand(const std::string& name, const std::string& summary) const;
  /// One of the subcommands must be given.
  void require_subcommand() const;
  /// Whether this subcommand was given.
  bool chosen() const;

 private:
  CLI::App* parser_;
};

}  // namespace basalt::jobs::cli
