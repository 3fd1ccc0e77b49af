// When what happens in the training of a network of integers, and how its linear path learns.
#pragma once

#include <cstddef>

namespace basalt::learn {

inline constexpr double pruned_at = 0.4;     ///< Neurons or channels go; the rest adapts.
inline constexpr double rounded_from = 0.5;  ///< From here on the read-out has integer weights.
inline constexpr double settled_from = 0.8;  ///< Share of the steps after which statistics stand.

/// Few rows are few steps: the linear path then learns faster, up to this rate.
inline constexpr std::size_t few_training_rows = 5000;
inline constexpr double fast_skip_rate = 0.03, fastest_skip = 10.0;
inline constexpr double skip_decay = 0.01;  ///< Of the weights of the linear path.
/// Rows that the linear path is fitted to before training, and inputs that it has at most then.
inline constexpr std::size_t fitted_rows = 10000, most_fitted = 4096;

}  // namespace basalt::learn
