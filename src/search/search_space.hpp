// The space of configurations that a sweep searches.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "search/campaign.hpp"

namespace basalt::search {

/// Searched settings with their domains, seen as axes of a unit cube.
class SearchSpace {
 public:
  explicit SearchSpace(std::vector<SpaceEntry> entries) : entries_(std::move(entries)) {}

  std::size_t dimensions() const noexcept { return entries_.size(); }
  const std::vector<SpaceEntry>& entries() const noexcept { return entries_; }

  /// The configuration at a point of the unit cube: choices and whole numbers have equal shares of
  /// their axis, logarithmic intervals equal shares per decade. Shape: [dimensions].
  Configuration at(const std::vector<double>& point) const;

  /// Number of different values of an axis; none if it is continuous.
  std::optional<std::uint64_t> count(std::size_t axis) const;
  /// Number of configurations; none if an axis is continuous or there are more than 2^62.
  std::optional<std::uint64_t> count() const;
  /// The configuration with this number in [0, count()); the last axis changes fastest.
  Configuration numbered(std::uint64_t number) const;

 private:
  std::vector<SpaceEntry> entries_;
};

/// The value of an axis at `u` in [0, 1).
SettingValue value_at(const SpaceEntry& entry, double u);
/// The value with this number among the values of a discrete axis.
SettingValue numbered_value(const SpaceEntry& entry, std::uint64_t number);
/// Where a value of an interval lies on its axis, in [0, 1].
double position_of(const Interval& interval, const SettingValue& value);
/// The number of a value among the choices; 0 if it is not among them.
std::size_t choice_of(const std::vector<SettingValue>& choices, const SettingValue& value);

}  // namespace basalt::search
