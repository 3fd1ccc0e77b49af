// How a space is searched: what section [search] of a campaign says.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/settings.hpp"
#include "base/strong.hpp"
#include "pipeline/result_names.hpp"

namespace basalt::search {

struct SearchSpec {
  std::string sampler = "tpe";  ///< grid, random, sobol, tpe.
  std::int64_t trials = 64;     ///< At least 1; an upper limit for grid.
  std::int64_t window = 16;     ///< A trial sees the results of those at least this far before it.
  std::vector<std::string> objectives{
      pipeline::result_name::test_accuracy,
      concat("-", pipeline::result_name::predicted_seconds_per_row)};
  std::string stopper = "none";          ///< none, halving, hyperband.
  Seconds timeout{0.0};                  ///< Of one trial; 0: none.
  std::uint64_t memory = 0;              ///< Bytes of one trial; 0: as much as the machine has.
  std::vector<std::string> constraints;  ///< "max_bits <= 5": names of results, kept by the best.
};

/// Rules of the keys of [search].
std::span<const SettingRule> search_rules();

/// The spec of completed settings.
/// Errors: invalid_argument with the setting as subject.
SearchSpec make_search_spec(const Settings& settings);

/// "10 min", "90 s", "1.5 h", "250 ms". Errors: invalid_argument with `name` as subject.
Seconds parse_duration(const std::string& name, const std::string& text);

/// "512 MB", "4 GiB", "800000". Errors: invalid_argument with `name` as subject.
std::uint64_t parse_bytes(const std::string& name, const std::string& text);

}  // namespace basalt::search
