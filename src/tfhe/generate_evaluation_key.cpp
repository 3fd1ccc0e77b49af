#include <array>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "tfhe/detail/key_shape.hpp"
#include "tfhe/evaluation_key.hpp"
#include "tfhe/glwe_encryptor.hpp"

namespace basalt::tfhe {
namespace {

/// One generator per thread, each keyed by the operating system.
using Generators = std::vector<std::unique_ptr<SecureRandom>>;

Generators make_generators(std::size_t threads) {
  Generators generators;
  for (std::size_t i = 0; i < threads; ++i) generators.push_back(std::make_unique<SecureRandom>());
  return generators;
}

/// From the big key of `source` to the small key of `client`.
void generate_keyswitch(const SecretStageKeys& source, const SecretStageKeys& client,
                        ThreadTeam& team, Generators& generators, SeededStageKeys& key) {
  const Parameters& parameters = client.parameters();
  const Decomposition digits = parameters.spec().keyswitch;
  const auto levels = static_cast<std::size_t>(digits.levels);
  const NoiseSampler noise(parameters.spec().noise_kind, parameters.spec().lwe_noise);
  key.keyswitch_bodies.resize(source.glwe().size() * levels);
  team.for_each(source.glwe().size(), [&](std::size_t i, std::size_t thread) {
    std::vector<Torus> mask(parameters.n());
    for (std::size_t level = 0; level < levels; ++level) {
      const std::size_t row = i * levels + level;
      MaskStream(key.keyswitch_seed, row).fill(mask);
      Torus body = source.glwe()[i] << (64 - digits.base_log * static_cast<int>(level + 1));
      body += noise.draw(*generators[thread]);
      for (std::size_t j = 0; j < mask.size(); ++j) body += mask[j] * client.lwe()[j];
      key.keyswitch_bodies[row] = body;
    }
  });
}

/// What the GGSW ciphertexts of step `step` encrypt.
std::array<Torus, 3> messages_of_step(const SecretStageKeys& client, std::size_t step) {
  if (client.parameters().spec().group == 1) return {client.lwe()[step], 0, 0};
  const Torus first = client.lwe()[2 * step], second = client.lwe()[2 * step + 1];
  return {first * (1 - second), (1 - first) * second, first * second};
}

/// message * scale times minus the component's key, or times 1 for the last component. No branch
/// depends on the secret.
void write_gadget(const SecretStageKeys& client, std::size_t component, Torus scaled_message,
                  std::span<Torus> body) {
  if (component == client.parameters().k()) {
    body[0] = scaled_message;
    return;
  }
  const auto bits = client.glwe().subspan(component * body.size(), body.size());
  for (std::size_t j = 0; j < body.size(); ++j) body[j] = 0 - scaled_message * bits[j];
}

void generate_bootstrap(const SecretStageKeys& client, ThreadTeam& team, Generators& generators,
                        SeededStageKeys& key) {
  const Parameters& parameters = client.parameters();
  const torus::RotationShape shape = detail::rotation_shape(parameters);
  const std::size_t steps = detail::rotation_steps(parameters), size = parameters.N();
  const auto levels = static_cast<std::size_t>(shape.levels);
  // Whole polynomials are transformed: no kernel has a part in it.
  const GlweEncryptor encryptor(client, torus::kernels_named("reference"));
  key.bootstrap_bodies.resize(steps * shape.products() * shape.rows() * size);
  team.for_each(steps, [&](std::size_t step, std::size_t thread) {
    const std::array<Torus, 3> messages = messages_of_step(client, step);
    for (std::size_t product = 0; product < shape.products(); ++product) {
      for (std::size_t row = 0; row < shape.rows(); ++row) {
        const std::size_t index = (step * shape.products() + product) * shape.rows() + row;
        const auto body = std::span(key.bootstrap_bodies).subspan(index * size, size);
        const int shift = 64 - shape.base_log * static_cast<int>(row % levels + 1);
        write_gadget(client, row / levels, messages[product] << shift, body);
        encryptor.encrypt(key.bootstrap_seed, index, *generators[thread], body);
      }
    }
  });
}

/// The keys of one stage.
SeededStageKeys generate_stage(const SecretStageKeys& source, const SecretStageKeys& client,
                               ThreadTeam& team, Generators& generators) {
  SeededStageKeys keys{.keyswitch_seed = SecureRandom::mask_seed(),
                       .bootstrap_seed = SecureRandom::mask_seed()};
  if (!client.parameters().has_bootstrap()) return keys;
  generate_keyswitch(source, client, team, generators, keys);
  generate_bootstrap(client, team, generators, keys);
  return keys;
}

}  // namespace

SeededEvaluationKey generate_evaluation_key(const ClientKey& client, ThreadTeam& team) {
  Generators generators = make_generators(team.size());
  SeededEvaluationKey key{client.parameters(), client.id(), {}};
  for (std::size_t i = 0; i < client.stage_count(); ++i) {
    const SecretStageKeys& source = client.stage(i == 0 ? 0 : i - 1);
    key.stages.push_back(generate_stage(source, client.stage(i), team, generators));
  }
  return key;
}

}  // namespace basalt::tfhe
