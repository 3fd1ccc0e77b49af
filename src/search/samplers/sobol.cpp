// Scrambled Sobol points in the search space.
#include <boost/random/sobol.hpp>
#include <cstdint>

#include "base/error.hpp"
#include "search/sampler.hpp"

namespace basalt::search {
namespace {

constexpr std::size_t most_dimensions = 64;

std::uint32_t reversed(std::uint32_t bits) {
  bits = ((bits >> 1) & 0x55555555u) | ((bits & 0x55555555u) << 1);
  bits = ((bits >> 2) & 0x33333333u) | ((bits & 0x33333333u) << 2);
  bits = ((bits >> 4) & 0x0F0F0F0Fu) | ((bits & 0x0F0F0F0Fu) << 4);
  bits = ((bits >> 8) & 0x00FF00FFu) | ((bits & 0x00FF00FFu) << 8);
  return (bits >> 16) | (bits << 16);
}

/// Nested uniform scrambling (Owen): each bit is flipped depending on the bits above it, which
/// keeps every property of a (t, m, s)-net and makes each point uniform. Additions and products by
/// even numbers carry from low to high bits only; between two reversals they do so from high to
/// low. The constants are those of the Laine-Karras hash as improved by Burley, section 3.
std::uint32_t scrambled(std::uint32_t bits, std::uint32_t seed) {
  std::uint32_t hash = reversed(bits);
  hash += seed;
  hash ^= hash * 0x6c50b47cu;
  hash ^= hash * 0xb82f1e52u;
  hash ^= hash * 0xc7afe638u;
  hash ^= hash * 0x8d22f6e6u;
  return reversed(hash);
}

/// Point `index` of the scrambled sequence. The engine leaves out point 0, the origin, which a
/// scrambled sequence needs to be balanced.
std::vector<double> sobol_point(std::uint64_t index, std::size_t dimensions,
                                const RandomStream& random) {
  // The engine gives one coordinate after the other, points 1, 2, ... Each axis has a seed of its
  // own.
  boost::random::sobol_engine<std::uint32_t, 32> engine(dimensions);
  if (index > 0) engine.discard((index - 1) * dimensions);
  std::vector<double> point(dimensions);
  for (std::size_t axis = 0; axis < dimensions; ++axis) {
    const auto seed = static_cast<std::uint32_t>(random.child("axis", axis).next());
    const std::uint32_t bits = index > 0 ? static_cast<std::uint32_t>(engine()) : 0;
    point[axis] = 0x1p-32 * scrambled(bits, seed);
  }
  return point;
}

}  // namespace

Sampler sobol_sampler(const SearchSpace& space, Seed seed) {
  constexpr int attempts = 8;
  constexpr std::uint64_t between_attempts = std::uint64_t{1} << 24;
  if (space.dimensions() > most_dimensions) {
    throw Error(ErrorCode::invalid_argument,
                concat("\"sampler\" is \"sobol\", which searches at most ", most_dimensions,
                       " settings; [space] has ", space.dimensions()),
                "sampler");
  }
  const RandomStream random = RandomStream(seed).child("sobol sampler");
  return [=](const KnownTrials& known, TrialId trial) {
    // Neighbouring trials take neighbouring points, whatever rank asks; settings that were tried
    // before (few choices) send a trial far along the sequence.
    return first_new(space, known, attempts, [&](int attempt) {
      if (space.dimensions() == 0) return Configuration{};
      const std::uint64_t index = trial + static_cast<std::uint64_t>(attempt) * between_attempts;
      return space.at(sobol_point(index, space.dimensions(), random));
    });
  };
}

}  // namespace basalt::search
