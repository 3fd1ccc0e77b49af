// Checks of what is asked of the parameters.
#include "circuit/target.hpp"

#include <string>

#include "base/error.hpp"
#include "tfhe/security.hpp"

namespace basalt::circuit {
namespace {

template <class Given>
void require_probability(const std::string& name, double value, const Given& given) {
  if (value > 0.0 && value < 1.0) return;
  throw Error(
      ErrorCode::invalid_argument,
      concat(name, " is ", given, ", expected a probability between 0 and 1, such as 2^-40"), name);
}

}  // namespace

void validate(const Target& target) {
  require_probability("p_error", target.p_error, target.p_error);
  if (target.global_p_error != 0.0) {
    require_probability("global_p_error", target.global_p_error, target.global_p_error);
  }
  (void)tfhe::minimal_dimension(target.security);  // refuses an unknown level
}

}  // namespace basalt::circuit
