// Checks of what is asked of the parameters.
#include "compile/target.hpp"

#include "base/error.hpp"
#include "tfhe/security.hpp"

namespace basalt::compile {
namespace {

void require_probability(const char* name, double value) {
  if (value > 0.0 && value < 1.0) return;
  throw Error(ErrorCode::invalid_argument,
              cat(name, " is ", value, ", expected a probability between 0 and 1, such as 2^-40"),
              name);
}

}  // namespace

void validate(const Target& target) {
  require_probability("p_error", target.p_error);
  if (target.global_p_error != 0.0) require_probability("global_p_error", target.global_p_error);
  (void)tfhe::minimal_dimension(target.security);  // refuses an unknown level
}

}  // namespace basalt::compile
