// Independent uniform draws from the search space.
#include "search/sampler.hpp"

namespace basalt::search {

Sampler random_sampler(const SearchSpace& space, Seed seed) {
  constexpr int attempts = 32;
  const RandomStream random = RandomStream(seed).child("random sampler");
  return [=](const KnownTrials& known, TrialId trial) {
    const RandomStream own = random.child("trial", trial);
    return first_new(space, known, attempts, [&](int attempt) {
      RandomStream stream = own.child("attempt", static_cast<std::uint64_t>(attempt));
      std::vector<double> point(space.dimensions());
      for (double& coordinate : point) coordinate = stream.uniform();
      return space.at(point);
    });
  };
}

}  // namespace basalt::search
