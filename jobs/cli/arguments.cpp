#include "jobs/cli/arguments.hpp"

#include <CLI/CLI.hpp>
#include <type_traits>

namespace basalt::jobs::cli {

Option Option::required() const {
  option_->required();
  return *this;
}

Option Option::type_name(const std::string& name) const {
  option_->type_name(name);
  return *this;
}

Option Option::within(std::int64_t low, std::int64_t high) const {
  option_->check(CLI::Range(low, high));
  return *this;
}

Option Option::not_negative() const {
  const auto refusal = [](const std::string& value) {
    return value.starts_with('-') ? value + " is negative, expected 0 or more" : std::string();
  };
  option_->check(refusal);
  return *this;
}

Option Option::one_of(const std::vector<std::string>& words) const {
  option_->check(CLI::IsMember(words));
  return *this;
}

Option Option::excludes(const Option& other) const {
  option_->excludes(other.option_);
  return *this;
}

template <class Value>
Option Arguments::option(const std::string& names, Value& value, const std::string& help) const {
  const Option option(parser_->add_option(names, value, help));
  // The parser would read -1 as the largest count.
  if constexpr (std::is_unsigned_v<Value>) option.not_negative();
  return option;
}

template Option Arguments::option(const std::string&, std::string&, const std::string&) const;
template Option Arguments::option(const std::string&, std::vector<std::string>&,
                                  const std::string&) const;
template Option Arguments::option(const std::string&, int&, const std::string&) const;
template Option Arguments::option(const std::string&, std::uint64_t&, const std::string&) const;
template Option Arguments::option(const std::string&, double&, const std::string&) const;

Option Arguments::flag(const std::string& names, bool& value, const std::string& help) const {
  return Option(parser_->add_flag(names, value, help));
}

Arguments Arguments::subcommand(const std::string& name, const std::string& summary) const {
  return Arguments(parser_->add_subcommand(name, summary));
}

void Arguments::require_subcommand() const {
  parser_->require_subcommand(1);
}

bool Arguments::chosen() const {
  return parser_->parsed();
}

}  // namespace basalt::jobs::cli
