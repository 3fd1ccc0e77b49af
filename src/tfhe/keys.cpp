#include "tfhe/keys.hpp"

#include <utility>

#include "base/error.hpp"

namespace basalt::tfhe {
namespace {

void require_bits(const char* which, const SecretVector<std::uint64_t>& key, std::size_t expected) {
  require(key.size() == expected, ErrorCode::mismatch, "client key: ", which, " key of ",
          key.size(), " bits, the parameters expect ", expected);
  std::uint64_t all = 0;
  for (const std::uint64_t word : key) all |= word;
  require(all <= 1, ErrorCode::corrupt, "client key: ", which, " key has words other than 0 and 1");
}

SecretVector<std::uint64_t> draw_bits(std::size_t count, SecureRandom& random) {
  SecretVector<std::uint64_t> bits(count);
  for (std::uint64_t& bit : bits) bit = random.next() & 1;
  return bits;
}

}  // namespace

ClientKey::ClientKey(const Parameters& parameters, SecretVector<std::uint64_t> lwe,
                     SecretVector<std::uint64_t> glwe, const Digest& id,
                     std::vector<ClientKey> further)
    : parameters_(parameters),
      lwe_(std::move(lwe)),
      glwe_(std::move(glwe)),
      id_(id),
      further_(std::move(further)) {
  require_bits("small", lwe_, parameters.n());
  require_bits("big", glwe_, parameters.big_dimension());
  require(1 + further_.size() == parameters.sets(), ErrorCode::mismatch, "client key: keys of ",
          1 + further_.size(), " sets, the parameters expect ", parameters.sets());
  for (std::size_t i = 1; i < parameters.sets(); ++i) {
    require(set(i).parameters().id() == parameters.set(i).id(), ErrorCode::mismatch,
            "client key: the keys of set ", i, " have parameters ",
            set(i).parameters().id().brief(), ", expected ", parameters.set(i).id().brief());
  }
}

namespace {

ClientKey draw_key(const Parameters& parameters, const Digest& id, SecureRandom& random,
                   std::vector<ClientKey> further = {}) {
  auto lwe = draw_bits(parameters.n(), random);
  auto glwe = draw_bits(parameters.big_dimension(), random);
  return ClientKey(parameters, std::move(lwe), std::move(glwe), id, std::move(further));
}

}  // namespace

ClientKey generate_client_key(const Parameters& parameters) {
  SecureRandom random;
  Digest id;
  id.bytes = SecureRandom::mask_seed();
  std::vector<ClientKey> further;
  for (std::size_t i = 1; i < parameters.sets(); ++i) {
    further.push_back(draw_key(parameters.set(i), id, random));
  }
  return draw_key(parameters, id, random, std::move(further));
}

Digest SeededEvaluationKey::id() const {
  Hasher hasher("evaluation key");
  hasher.add(parameters.id()).add(client_key_id);
  hasher.add(std::span<const std::uint8_t>(keyswitch_seed));
  hasher.add(std::span<const std::uint8_t>(bootstrap_seed));
  hasher.add_values(std::span<const Torus>(keyswitch_bodies));
  hasher.add_values(std::span<const Torus>(bootstrap_bodies));
  for (const SeededEvaluationKey& key : further) hasher.add(key.id());
  return hasher.finish();
}

}  // namespace basalt::tfhe
