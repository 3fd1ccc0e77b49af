#include "base/text.hpp"

#include <charconv>
#include <cmath>
#include <string_view>

#include "base/error.hpp"

namespace basalt {
namespace {

/// The whole of `text` as a number, or NaN.
double number_from(std::string_view text) {
  double value = 0.0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  return status == std::errc() && end == text.data() + text.size() ? value : std::nan("");
}

}  // namespace

double parse_probability(const std::string& name, const std::string& text) {
  const std::size_t caret = text.find('^');
  const std::string_view all = text;
  double value = number_from(all);
  if (caret != std::string_view::npos) {
    const double base = number_from(all.substr(0, caret));
    const double exponent = number_from(all.substr(caret + 1));
    value = base == 2.0 ? std::exp2(exponent) : std::pow(base, exponent);
  }
  if (value > 0.0 && value < 1.0) return value;
  throw Error(ErrorCode::invalid_argument,
              cat('"', name, "\" is \"", text,
                  "\", expected a probability above 0 and below 1, such as \"2^-40\""),
              name);
}

}  // namespace basalt
