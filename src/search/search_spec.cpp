#include "search/search_spec.hpp"

#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "base/error.hpp"

namespace basalt::search {
namespace {

/// "10 min" with the units min = 60: 600; none if it is no number of a known unit, at least 0.
std::optional<double> parse_quantity(const std::string& text,
                                     const std::map<std::string, double>& units) {
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string unit(end, text.data() + text.size());
  std::erase(unit, ' ');
  const auto found = units.find(unit);
  const bool valid =
      error == std::errc{} && found != units.end() && number >= 0.0 && std::isfinite(number);
  if (!valid) return std::nullopt;
  return number * found->second;
}

}  // namespace

std::span<const SettingRule> search_rules() {
  static const SearchSpec defaults;
  static const std::vector<SettingRule> rules{
      {.name = "sampler",
       .type = SettingType::text,
       .fallback = std::string("tpe"),
       .choices = {"grid", "random", "sobol", "tpe"},
       .meaning = "How configurations are proposed."},
      {.name = "trials",
       .type = SettingType::integer,
       .fallback = std::int64_t{64},
       .low = 1,
       .high = 1e7,
       .meaning = "Number of trials; an upper limit for grid."},
      {.name = "window",
       .type = SettingType::integer,
       .fallback = std::int64_t{16},
       .low = 1,
       .high = 1e6,
       .meaning = "A trial sees the results of those at least this far before it."},
      {.name = "objectives",
       .type = SettingType::texts,
       .fallback = defaults.objectives,
       .meaning = "Results to maximise; a minus sign before a name minimises it."},
      {.name = "stopper",
       .type = SettingType::text,
       .fallback = std::string("none"),
       .choices = {"none", "halving", "hyperband"},
       .meaning = "Early stopping of trials."},
      {.name = "timeout",
       .type = SettingType::text,
       .fallback = std::string("0 s"),
       .meaning = "Longest time of one trial, such as \"10 min\"; 0: none."},
      {.name = "memory",
       .type = SettingType::text,
       .fallback = std::string(),
       .meaning = "Memory that one trial may have, such as \"4 GB\"; by default the machine's."},
      {.name = "constraints",
       .type = SettingType::texts,
       .fallback = std::vector<std::string>{},
       .meaning = "Conditions that the best trial keeps, such as \"max_bits <= 5\"."}};
  return rules;
}

SearchSpec make_search_spec(const Settings& settings) {
  SearchSpec search;
  search.sampler = settings.text("sampler");
  search.trials = settings.integer("trials");
  search.window = settings.integer("window");
  search.objectives = settings.texts("objectives");
  search.stopper = settings.text("stopper");
  search.timeout = parse_duration("timeout", settings.text("timeout"));
  const std::string& memory = settings.text("memory");
  search.memory = memory.empty() ? 0 : parse_bytes("memory", memory);
  search.constraints = settings.texts("constraints");
  if (search.objectives.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "\"objectives\" is empty, expected at least one result", "objectives");
  }
  return search;
}

Seconds parse_duration(const std::string& name, const std::string& text) {
  const std::optional<double> seconds = parse_quantity(
      text, {{"ms", 1e-3}, {"s", 1.0}, {"sec", 1.0}, {"min", 60.0}, {"h", 3600.0}, {"", 1.0}});
  if (seconds) return {*seconds};
  throw Error(ErrorCode::invalid_argument,
              concat("\"", name, "\" is \"", text, "\", expected a duration such as \"10 min\""),
              name);
}

std::uint64_t parse_bytes(const std::string& name, const std::string& text) {
  const std::optional<double> bytes = parse_quantity(text, {{"", 1.0},
                                                            {"kB", 1e3},
                                                            {"MB", 1e6},
                                                            {"GB", 1e9},
                                                            {"KiB", 0x1p10},
                                                            {"MiB", 0x1p20},
                                                            {"GiB", 0x1p30}});
  if (bytes && *bytes >= 1.0 && *bytes < 0x1p60) return static_cast<std::uint64_t>(*bytes);
  throw Error(ErrorCode::invalid_argument,
              concat("\"", name, "\" is \"", text, "\", expected a size such as \"4 GB\""), name);
}

}  // namespace basalt::search
