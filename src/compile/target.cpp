// Checks of what is asked of the parameters.
#include "compile/target.hpp"

#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "tfhe/security.hpp"

namespace basalt::compile {
namespace {

template <class Given>
void require_probability(const std::string& name, double value, const Given& given) {
  if (value > 0.0 && value < 1.0) return;
  throw Error(ErrorCode::invalid_argument,
              cat(name, " is ", given, ", expected a probability between 0 and 1, such as 2^-40"),
              name);
}

/// The whole of `text` as a number, or NaN.
double number_from(std::string_view text) {
  double value = 0.0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  return status == std::errc() && end == text.data() + text.size() ? value : std::nan("");
}

}  // namespace

void validate(const Target& target) {
  require_probability("p_error", target.p_error, target.p_error);
  if (target.global_p_error != 0.0) {
    require_probability("global_p_error", target.global_p_error, target.global_p_error);
  }
  (void)tfhe::minimal_dimension(target.security);  // refuses an unknown level
}

double parse_probability(const std::string& name, const std::string& text) {
  constexpr std::string_view power = "2^";
  const double value = text.starts_with(power)
                           ? std::exp2(number_from(std::string_view(text).substr(power.size())))
                           : number_from(text);
  require_probability(name, value, text);
  return value;
}

}  // namespace basalt::compile
