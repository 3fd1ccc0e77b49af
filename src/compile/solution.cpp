// The id of a circuit with its parameters.
#include "base/describe.hpp"
#include "compile/compile.hpp"

namespace basalt::compile {

Digest Solution::id() const {
  return digest_of("circuit with parameters", *this);
}

}  // namespace basalt::compile
