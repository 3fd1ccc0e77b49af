// One visitor made of several lambdas, for std::visit over a closed family.
#pragma once

namespace basalt {

/// A callable with the overloads of all `Cases`. A family visited by it has no default: a new
/// member does not compile until every visit names it.
template <class... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;

}  // namespace basalt
