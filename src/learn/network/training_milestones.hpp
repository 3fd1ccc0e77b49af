// What dense and convolutional networks have in common while they train: when what happens, how
// many rows decide it, and how the linear path learns.
#pragma once

#include <cstddef>

namespace basalt::learn {

inline constexpr double pruned_at = 0.4;     ///< Neurons or channels go; the rest adapts.
inline constexpr double rounded_from = 0.5;  ///< From here on the read-out has integer weights.
inline constexpr double settled_from = 0.8;  ///< Share of the steps after which statistics stand.

/// Rows that ranges and first statistics are measured on.
inline constexpr std::size_t sample_rows = 2000;
/// Few rows are few steps: the linear path then learns faster, up to this rate.
inline constexpr std::size_t few_training_rows = 5000;
inline constexpr double fast_skip_rate = 0.03, fastest_skip = 10.0;
inline constexpr double skip_decay = 0.01;  ///< Of the weights of the linear path.
/// Rows that the linear path is fitted to before training, and inputs that it has at most then.
inline constexpr std::size_t fitted_rows = 10000, most_fitted = 4096;

inline constexpr int soft_input_bits = 4;  ///< Of soft inputs, at least.
/// Of the rows of an epoch, with the augmentation "shift".
inline constexpr double shifted_share = 0.3;

}  // namespace basalt::learn
