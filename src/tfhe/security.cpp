// Lines fitted to the lattice estimator, and their inverse.
#include "tfhe/security.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace basalt::tfhe {
namespace {

/// log2(deviation) = slope * dimension + bias.
struct NoiseLine {
  double slope, bias;
  double at(double dimension) const { return slope * dimension + bias; }
};

struct Level {
  int bits;
  NoiseLine published;
  std::size_t minimal_dimension;
};

// 128 and 132: 2024-06 and 2024-12. 80, 112, 192: 2023-01. The others: 2022-10.
constexpr std::array levels{
    Level{80, {-0.04045822621883835, 1.7183812000404686}, 450},
    Level{96, {-0.03414780360867054, 2.0173102586603733}, 450},
    Level{112, {-0.029881371645803536, 2.6539316216894946}, 450},
    Level{128, {-0.025696778711484593, 2.675931372549016}, 450},
    Level{132, {-0.024891456582633045, 2.65734593837534}, 450},
    Level{144, {-0.023821437305989134, 2.7177789440636673}, 450},
    Level{160, {-0.021743582187160406, 2.9388105484933504}, 498},
    Level{176, {-0.019904056582117705, 2.8161252801542673}, 551},
    Level{192, {-0.018894148763647572, 4.2700349965659115}, 606},
    Level{256, {-0.014606812351714961, 3.8493629234693145}, 826},
};
/// First dimension of the 192 line in the published optimizer.
constexpr std::size_t concrete_minimal_dimension_192 = 532;

constexpr int newest_level = 132, second_newest_level = 128;
/// slope * level and bias of the two newest lines agree to 0.1 %: the law that carries the newest
/// estimates to the levels fitted with older ones.
constexpr NoiseLine law_times_level{-3.2870, 2.66};
constexpr double floor_log2 = -62.0;
constexpr double infinite = std::numeric_limits<double>::infinity();

std::array<int, levels.size()> make_level_bits() {
  std::array<int, levels.size()> bits{};
  std::ranges::transform(levels, bits.begin(), &Level::bits);
  return bits;
}

const Level& level_of(int security) {
  const auto* found = std::ranges::find(levels, security, &Level::bits);
  if (found == levels.end()) {
    throw Error(ErrorCode::invalid_argument,
                concat("security of ", security, " bits is unknown, expected one of ",
                       joined(levels, ", ", &Level::bits)),
                "security");
  }
  return *found;
}

double law(double bits, double dimension) {
  return law_times_level.slope / bits * dimension + law_times_level.bias;
}

/// log2 of the deviation that rates `dimension` at the level's bits.
double line_of(const Level& level, double dimension) {
  const bool current = level.bits == newest_level || level.bits == second_newest_level;
  const double published = level.published.at(dimension);
  return current ? published : std::max(published, law(level.bits, dimension));
}

}  // namespace

std::span<const int> security_levels() {
  static const std::array<int, levels.size()> bits = make_level_bits();
  return bits;
}

std::size_t minimal_dimension(int security) {
  return level_of(security).minimal_dimension;
}

double minimal_noise(std::size_t dimension, int security) {
  const int served = security == second_newest_level ? newest_level : security;
  const Level& level = level_of(served);
  if (dimension < level.minimal_dimension) return infinite;
  const double line = line_of(level, static_cast<double>(dimension));
  return std::sqrt(std::exp2(2.0 * floor_log2) + std::exp2(2.0 * line));
}

double concrete_minimal_noise(std::size_t dimension, int security) {
  const Level& level = level_of(security);
  const std::size_t smallest =
      security == 192 ? concrete_minimal_dimension_192 : level.minimal_dimension;
  if (dimension < smallest) return infinite;
  return std::exp2(std::max(level.published.at(static_cast<double>(dimension)), floor_log2));
}

int minimal_tuniform_bound(std::size_t dimension) {
  constexpr double slope = -0.025167785, bias = 68.10067100000001;
  constexpr int smallest = 3;
  const double line = slope * static_cast<double>(dimension) + bias;
  return std::max(smallest, static_cast<int>(std::ceil(line)));
}

double security_bits(std::size_t dimension, double deviation) {
  constexpr double rounding = 1e-9;  // published deviations are printed with about ten digits
  const double size = static_cast<double>(dimension);
  if (dimension < levels.front().minimal_dimension) return 0.0;
  const double log2_noise = std::log2(deviation) + rounding;
  if (log2_noise < floor_log2) return 0.0;
  if (log2_noise <= line_of(levels.front(), size)) {
    const double by_law = law_times_level.slope * size / (log2_noise - law_times_level.bias);
    return std::min<double>(by_law, levels.front().bits);
  }
  for (std::size_t i = 1; i < levels.size(); ++i) {
    const double low = line_of(levels[i - 1], size), high = line_of(levels[i], size);
    if (log2_noise > high) continue;
    const double share = (log2_noise - low) / (high - low);
    return levels[i - 1].bits + share * (levels[i].bits - levels[i - 1].bits);
  }
  return levels.back().bits;
}

double security_bits(const Parameters& parameters) {
  const ParameterSpec& spec = parameters.spec();
  const double glwe = security_bits(parameters.big_dimension(), spec.glwe_noise);
  if (!parameters.has_bootstrap()) return glwe;
  return std::min(glwe, security_bits(spec.lwe_dimension, spec.lwe_noise));
}

double security_bits(const ParameterChain& parameters) {
  double weakest = security_bits(parameters.stage(0));
  for (std::size_t i = 1; i < parameters.stage_count(); ++i) {
    weakest = std::min(weakest, security_bits(parameters.stage(i)));
  }
  return weakest;
}

}  // namespace basalt::tfhe
