#include "tfhe/client_key.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"

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

ParameterChain parameters_of(const std::vector<SecretStageKeys>& stages) {
  std::vector<Parameters> chain;
  for (const SecretStageKeys& keys : stages) chain.push_back(keys.parameters());
  return ParameterChain(std::move(chain));
}

}  // namespace

SecretStageKeys::SecretStageKeys(const Parameters& parameters, SecretVector<std::uint64_t> lwe,
                                 SecretVector<std::uint64_t> glwe)
    : parameters_(parameters), lwe_(std::move(lwe)), glwe_(std::move(glwe)) {
  require_bits("small", lwe_, parameters.n());
  require_bits("big", glwe_, parameters.big_dimension());
}

ClientKey::ClientKey(std::vector<SecretStageKeys> stages, const Digest& id)
    : stages_(std::move(stages)), parameters_(parameters_of(stages_)), id_(id) {}

ClientKey generate_client_key(const ParameterChain& parameters) {
  SecureRandom random;
  std::vector<SecretStageKeys> stages;
  for (std::size_t i = 0; i < parameters.stage_count(); ++i) {
    const Parameters& stage = parameters.stage(i);
    auto lwe = draw_bits(stage.n(), random);
    auto glwe = draw_bits(stage.big_dimension(), random);
    stages.emplace_back(stage, std::move(lwe), std::move(glwe));
  }
  Digest id;
  id.bytes = SecureRandom::mask_seed();
  return ClientKey(std::move(stages), id);
}

}  // namespace basalt::tfhe
