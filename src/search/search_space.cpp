#include "search/search_space.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace basalt::search {
namespace {

using Choices = std::vector<SettingValue>;

std::uint64_t whole_numbers(const Interval& interval) {
  return static_cast<std::uint64_t>(interval.high - interval.low) + 1;
}

/// Ends of the axis: a whole number owns the half on either side of it.
std::pair<double, double> ends(const Interval& interval) {
  const double margin = interval.integer ? 0.5 : 0.0;
  const double low = interval.low - margin, high = interval.high + margin;
  if (!interval.log) return {low, high};
  return {std::log(low), std::log(high)};
}

SettingValue interval_value(const Interval& interval, double u) {
  const auto [low, high] = ends(interval);
  const double on_axis = low + (high - low) * u;
  const double value = interval.log ? std::exp(on_axis) : on_axis;
  if (!interval.integer) return std::clamp(value, interval.low, interval.high);
  return static_cast<std::int64_t>(std::clamp(std::round(value), interval.low, interval.high));
}

double number_of(const SettingValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  const auto* number = std::get_if<double>(&value);
  require(number != nullptr, ErrorCode::internal, "search space: not a number");
  return *number;
}

}  // namespace

SettingValue value_at(const SpaceEntry& entry, double u) {
  if (const auto* interval = std::get_if<Interval>(&entry.domain)) {
    return interval_value(*interval, u);
  }
  const auto& choices = std::get<Choices>(entry.domain);
  const auto index = static_cast<std::size_t>(u * static_cast<double>(choices.size()));
  return choices[std::min(index, choices.size() - 1)];
}

SettingValue numbered_value(const SpaceEntry& entry, std::uint64_t number) {
  if (const auto* interval = std::get_if<Interval>(&entry.domain)) {
    require(interval->integer, ErrorCode::internal, "search space: \"", entry.key,
            "\" is continuous");
    return static_cast<std::int64_t>(interval->low) + static_cast<std::int64_t>(number);
  }
  return std::get<Choices>(entry.domain).at(number);
}

double position_of(const Interval& interval, const SettingValue& value) {
  const auto [low, high] = ends(interval);
  const double number = number_of(value);
  const double on_axis = interval.log ? std::log(number) : number;
  return high > low ? std::clamp((on_axis - low) / (high - low), 0.0, 1.0) : 0.5;
}

std::size_t choice_of(const Choices& choices, const SettingValue& value) {
  const auto found = std::ranges::find(choices, value);
  return found == choices.end() ? 0 : static_cast<std::size_t>(found - choices.begin());
}

Configuration SearchSpace::at(const std::vector<double>& point) const {
  require(point.size() == dimensions(), ErrorCode::internal, "search space: a point of ",
          point.size(), " coordinates in ", dimensions(), " dimensions");
  Configuration configuration;
  for (std::size_t axis = 0; axis < dimensions(); ++axis) {
    configuration[entries_[axis].key] = value_at(entries_[axis], point[axis]);
  }
  return configuration;
}

std::optional<std::uint64_t> SearchSpace::count(std::size_t axis) const {
  const auto& domain = entries_[axis].domain;
  if (const auto* choices = std::get_if<Choices>(&domain)) return choices->size();
  const auto& interval = std::get<Interval>(domain);
  if (interval.integer) return whole_numbers(interval);
  return std::nullopt;
}

std::optional<std::uint64_t> SearchSpace::count() const {
  constexpr std::uint64_t most = std::uint64_t{1} << 62;
  std::uint64_t product = 1;
  for (std::size_t axis = 0; axis < dimensions(); ++axis) {
    const auto values = count(axis);
    if (!values || product > most / *values) return std::nullopt;
    product *= *values;
  }
  return product;
}

Configuration SearchSpace::numbered(std::uint64_t number) const {
  Configuration configuration;
  for (std::size_t axis = dimensions(); axis-- > 0;) {
    const auto values = count(axis);
    require(values.has_value(), ErrorCode::internal, "search space: \"", entries_[axis].key,
            "\" is continuous");
    configuration[entries_[axis].key] = numbered_value(entries_[axis], number % *values);
    number /= *values;
  }
  return configuration;
}

}  // namespace basalt::search
