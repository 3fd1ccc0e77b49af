#include "base/text.hpp"

#include <cmath>

#include "base/settings.hpp"

namespace basalt {

double parse_probability(const std::string& name, const std::string& text) {
  const std::string_view all = text;
  const std::size_t caret = all.find('^');
  const double nothing = std::nan("");
  double value = parse_number<double>(all).value_or(nothing);
  if (caret != std::string_view::npos) {
    const double base = parse_number<double>(all.substr(0, caret)).value_or(nothing);
    const double exponent = parse_number<double>(all.substr(caret + 1)).value_or(nothing);
    value = base == 2.0 ? std::exp2(exponent) : std::pow(base, exponent);
  }
  if (value > 0.0 && value < 1.0) return value;
  throw Error(ErrorCode::invalid_argument,
              concat('"', name, "\" is \"", text,
                     "\", expected a probability above 0 and below 1, such as \"2^-40\""),
              name);
}

std::string probability_text(double probability) {
  int exponent = 0;
  const bool is_power = std::frexp(probability, &exponent) == 0.5;
  return is_power ? concat("2^", exponent - 1) : to_text(SettingValue(probability));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace basalt
