#include "tfhe/keyswitch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "support/expect_error.hpp"
#include "support/kernels.hpp"
#include "tfhe/statistics.hpp"
#include "tfhe/toy.hpp"
#include "torus/decomposition.hpp"

namespace basalt::tfhe::keyswitch_test {
namespace {

/// The definition, word by word in 64 bits: body minus digits times rows.
std::vector<Torus> keyswitch_by_definition(const SeededEvaluationKey& seeded,
                                           std::span<const Torus> in) {
  const Parameters& parameters = seeded.parameters.stage(0);
  const SeededStageKeys& key = seeded.stages.front();
  const Decomposition digits_spec = parameters.spec().keyswitch;
  const torus::Decomposer decomposer(digits_spec.base_log, digits_spec.levels);
  std::vector<std::int64_t> digits(static_cast<std::size_t>(digits_spec.levels));
  std::vector<Torus> out(parameters.n() + 1), mask(parameters.n());
  out.back() = in.back();
  for (std::size_t i = 0; i + 1 < in.size(); ++i) {
    decomposer.decompose(in[i], digits);
    for (std::size_t level = 0; level < digits.size(); ++level) {
      const std::size_t row = i * digits.size() + level;
      MaskStream(key.keyswitch_seed, row).fill(mask);
      for (std::size_t j = 0; j < mask.size(); ++j) {
        out[j] -= static_cast<Torus>(digits[level]) * mask[j];
      }
      out.back() -= static_cast<Torus>(digits[level]) * key.keyswitch_bodies[row];
    }
  }
  return out;
}

/// Sum of the squares of all digits of a ciphertext's mask.
double squared_digits(Decomposition digits_spec, std::span<const Torus> in) {
  const torus::Decomposer decomposer(digits_spec.base_log, digits_spec.levels);
  std::vector<std::int64_t> digits(static_cast<std::size_t>(digits_spec.levels));
  double sum = 0.0;
  for (const Torus word : in.first(in.size() - 1)) {
    decomposer.decompose(word, digits);
    for (const std::int64_t digit : digits) sum += static_cast<double>(digit * digit);
  }
  return sum;
}

/// A key switch expanded in memory of its own.
struct Expanded {
  Expanded(const SeededEvaluationKey& seeded, const torus::Kernels& kernels, ThreadTeam& team)
      : memory(KeyswitchKey::expanded_bytes(seeded.parameters.stage(0), 256, kernels)),
        key(seeded.parameters.stage(0), 256, kernels, memory) {
    key.expand(seeded.stages.front(), team);
  }
  torus::AlignedVector<std::byte> memory;
  KeyswitchKey key;
};

std::vector<Torus> run(const KeyswitchKey& key, const LweBatch& in) {
  KeyswitchWorkspace workspace(key, in.count());
  std::vector<Torus> out(in.count() * (key.target_dimension() + 1));
  keyswitch(key, in, 0, in.count(), out, workspace);
  return out;
}

/// Random words as ciphertexts: the algebra does not care.
LweBatch random_batch(std::size_t count, std::size_t dimension) {
  RandomStream random(Seed{5});
  LweBatch batch(count, dimension);
  for (Torus& word : batch.words()) word = random.next();
  return batch;
}

TEST(Keyswitch, WordsOf64BitsFollowTheDefinitionExactly) {
  ThreadTeam team(1);
  ParameterSpec spec = toy_spec(70, 1, 256, {23, 1}, {.base_log = 4, .levels = 5});
  spec.lwe_noise = 0x1p-40;  // too little for a key of 32 bits
  const ClientKey client = generate_client_key(Parameters(spec));
  const SeededEvaluationKey seeded = generate_evaluation_key(client, team);
  const LweBatch in = random_batch(3, 256);
  for (const torus::Kernels* kernels : testing_support::kernel_sets()) {
    const Expanded expanded(seeded, *kernels, team);
    const KeyswitchKey& key = expanded.key;
    ASSERT_TRUE(key.wide());

    const std::vector<Torus> out = run(key, in);

    for (std::size_t c = 0; c < 3; ++c) {
      const auto expected = keyswitch_by_definition(seeded, in[c]);
      EXPECT_TRUE(
          std::equal(expected.begin(), expected.end(), out.begin() + static_cast<long>(c) * 71));
    }
  }
}

TEST(Keyswitch, WordsOf32BitsFollowTheDefinitionUpToTheirRounding) {
  ThreadTeam team(1);
  for (const Decomposition digits : {Decomposition{4, 5}, Decomposition{3, 7}, Decomposition{7, 2},
                                     Decomposition{1, 16}, Decomposition{10, 2}}) {
    const ClientKey client = generate_client_key(Parameters(toy_spec(70, 1, 256, {23, 1}, digits)));
    const SeededEvaluationKey seeded = generate_evaluation_key(client, team);
    const LweBatch in = random_batch(19, 256);
    std::vector<Torus> first_words;
    for (const torus::Kernels* kernels : testing_support::kernel_sets()) {
      const Expanded expanded(seeded, *kernels, team);
      const KeyswitchKey& key = expanded.key;
      ASSERT_FALSE(key.wide());

      const std::vector<Torus> out = run(key, in);

      Sample errors;
      for (std::size_t c = 0; c < in.count(); ++c) {
        const auto expected = keyswitch_by_definition(seeded, in[c]);
        // A row is rounded to units of 2^-32, so by 1/12 of a squared unit, times a digit's square.
        const double deviation = 0x1p-32 * std::sqrt(squared_digits(digits, in[c]) / 12.0);
        for (std::size_t j = 0; j < expected.size(); ++j) {
          const double error = torus::to_real(out[c * 71 + j] - expected[j]) / deviation;
          // Of 1,349 words none leaves 7.5 deviations but once in 10^10.
          ASSERT_LT(std::abs(error), 7.5);
          errors.add(error);
        }
      }
      EXPECT_TRUE(errors.has_variance(1.0));
      if (first_words.empty()) first_words = out;
      EXPECT_EQ(out, first_words) << "kernels differ";
    }
  }
}

TEST(Keyswitch, AResultIsTheSameHoweverManyAreSwitchedTogether) {
  ThreadTeam team(1);
  const ClientKey client = generate_client_key(Parameters(toy_spec(70, 1, 256, {23, 1})));
  const SeededEvaluationKey seeded = generate_evaluation_key(client, team);
  const LweBatch in = random_batch(19, 256);
  for (const torus::Kernels* kernels : testing_support::kernel_sets()) {
    const Expanded expanded(seeded, *kernels, team);
    const std::vector<Torus> all = run(expanded.key, in);
    KeyswitchWorkspace workspace(expanded.key, in.count());
    for (std::size_t count = 1; count <= 13; ++count) {
      for (const std::size_t first : {std::size_t{0}, std::size_t{6}}) {
        std::vector<Torus> some(count * 71);
        keyswitch(expanded.key, in, first, count, some, workspace);
        EXPECT_TRUE(std::ranges::equal(some, std::span(all).subspan(first * 71, count * 71)))
            << torus::name_of(*kernels) << ", " << count << " from " << first;
      }
    }
  }
}

TEST(Keyswitch, KeepsTheMessage) {
  const Toy toy(toy_spec(80, 2, 256, {23, 1}));
  std::vector<Torus> messages(16);
  for (std::size_t m = 0; m < 16; ++m) messages[m] = m << 59;
  const LweBatch in = encrypt_batch(toy.secret(), messages);

  const std::vector<Torus> out = run(toy.keys().keyswitch_key(), in);

  for (std::size_t m = 0; m < 16; ++m) {
    Torus phase = out[m * 81 + 80];
    for (std::size_t j = 0; j < 80; ++j) phase -= out[m * 81 + j] * toy.secret().lwe()[j];
    EXPECT_EQ(decode(phase, 4), m);
  }
}

TEST(Keyswitch, RefusesWhatDoesNotFit) {
  const Toy toy(toy_spec(10, 1, 256, {23, 1}));
  const KeyswitchKey& key = toy.keys().keyswitch_key();
  KeyswitchWorkspace workspace(key, 8);
  std::vector<Torus> out(11 * 20);
  expect_error(ErrorCode::mismatch, "the key expects",
               [&] { keyswitch(key, LweBatch(1, 255), 0, 1, out, workspace); });
  expect_error(ErrorCode::mismatch, "words, expected at most",
               [&] { keyswitch(key, LweBatch(2, 256), 1, 2, out, workspace); });
  expect_error(ErrorCode::mismatch, "words, expected at most",
               [&] { keyswitch(key, LweBatch(9, 256), 0, 9, out, workspace); });
  expect_error(ErrorCode::mismatch, "words, expected at most", [&] {
    keyswitch(key, LweBatch(2, 256), 0, 2, std::span(out).first(11), workspace);
  });
}

}  // namespace
}  // namespace basalt::tfhe::keyswitch_test
