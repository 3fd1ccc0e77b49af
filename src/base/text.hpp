// Numbers, probabilities and lists as people write them.
#pragma once

#include <charconv>
#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace basalt {

/// The number that the whole of `text` spells, "nan" and "inf" included; nothing if it spells none,
/// has blanks around it, or does not fit the type.
template <class Number>
requires std::integral<Number> || std::floating_point<Number> std::optional<Number> parse_number(
    std::string_view text) {
  Number value{};
  const char* const last = text.data() + text.size();
  const auto [end, status] = std::from_chars(text.data(), last, value);
  if (status != std::errc{} || end != last) return std::nullopt;
  return value;
}

/// A probability as people write it: "2^-40", "10^-3", "6.3e-5", "0.001".
/// Errors: invalid_argument with the subject `name` unless it lies between 0 and 1.
double parse_probability(const std::string& name, const std::string& text);

/// A probability as parse_probability() reads it: powers of two as "2^-40", others in digits.
std::string probability_text(double probability);

/// `text` without the spaces, tabs and carriage returns around it: a view of the same memory.
std::string_view trimmed(std::string_view text);

/// The items as one text, with `separator` between neighbours; `text_of` makes of an item what is
/// printed.
template <class Items, class TextOf = std::identity>
std::string joined(const Items& items, std::string_view separator = ", ", TextOf text_of = {}) {
  std::string text;
  bool first = true;
  for (const auto& item : items) {
    if (!first) text += separator;
    first = false;
    text += concat(std::invoke(text_of, item));
  }
  return text;
}

}  // namespace basalt
