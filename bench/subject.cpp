// Keys and ciphertexts for benchmarks, and whether what was computed is right.
#include "bench/subject.hpp"

#include <algorithm>

#include "tfhe/glwe.hpp"
#include "tfhe/glwe_encryptor.hpp"

namespace basalt::bench {
namespace {

constexpr int most_log2_tables_per_rotation = 3;

tfhe::EvaluationKey make_key(const tfhe::ClientKey& client, const torus::Kernels& kernels) {
  ThreadTeam team(usable_processors());
  return tfhe::EvaluationKey(tfhe::generate_evaluation_key(client, team), kernels, team);
}

}  // namespace

Subject::Subject(const tfhe::ParameterSpec& spec, int bits, const torus::Kernels& kernels)
    : bits_(bits),
      client_(tfhe::generate_client_key(tfhe::Parameters(spec))),
      key_(make_key(client_, kernels)),
      workspace_(keys(), 2),
      keyswitch_workspace_(keys().keyswitch_key(), largest_batch),
      table_(1, spec.polynomial_size) {
  std::vector<Torus> values(messages());
  for (int log2_tables_per_rotation = 0; log2_tables_per_rotation <= most_log2_tables_per_rotation;
       ++log2_tables_per_rotation) {
    tfhe::LookupTables& tables = shared_.emplace_back(1, spec.polynomial_size);
    if (messages() << log2_tables_per_rotation > spec.polynomial_size) continue;
    for (std::size_t part = 0; part < std::size_t{1} << log2_tables_per_rotation; ++part) {
      for (Torus x = 0; x < messages(); ++x) values[x] = encode(image(x, part));
      tables.set_part(0, values, part, log2_tables_per_rotation);
    }
  }
  for (Torus x = 0; x < messages(); ++x) values[x] = encode(image(x, 0));
  table_.set(0, values);
}

LweBatch Subject::encrypt(std::size_t count) const {
  const std::size_t k = parameters().k(), N = parameters().N();
  std::vector<Torus> bodies(count), masks(parameters().big_dimension());
  for (std::size_t i = 0; i < count; ++i) bodies[i] = encode(i % messages());
  const MaskSeed seed = SecureRandom::mask_seed();
  const tfhe::GlweEncryptor encryptor(secret(), key_.kernels());
  SecureRandom random;
  LweBatch batch(count, parameters().big_dimension());
  for (std::size_t first = 0; first < count; first += N) {
    const auto part = std::span(bodies).subspan(first, std::min(N, count - first));
    encryptor.encrypt(seed, first, random, part);
    tfhe::expand_masks(parameters(), seed, first, masks);
    for (std::size_t i = 0; i < part.size(); ++i) {
      tfhe::sample_extract(masks, part[i], k, N, i, batch[first + i]);
    }
  }
  return batch;
}

LweBatch Subject::to_small_key(const LweBatch& in) {
  LweBatch small(in.count(), parameters().n());
  keyswitch(keys().keyswitch_key(), in, 0, in.count(), small.words(), keyswitch_workspace_);
  return small;
}

void Subject::bootstrap_all(const LweBatch& in, LweBatch& out, ThreadTeam& team) {
  const std::vector<std::uint32_t> table_of(in.count(), 0);
  bootstrap(keys(), in, table_, table_of, out, workspace_, team);
}

void Subject::bootstrap_small_all(const LweBatch& in, LweBatch& out) {
  const std::vector<std::uint32_t> table_of(in.count(), 0);
  bootstrap_small(keys(), in, table_, table_of, out, workspace_, team_);
}

void Subject::bootstrap_shared(const LweBatch& in, int log2_tables_per_rotation, LweBatch& out) {
  const std::vector<std::uint32_t> table_of(in.count(), 0);
  bootstrap_many(keys(), in, shared_[static_cast<std::size_t>(log2_tables_per_rotation)], table_of,
                 log2_tables_per_rotation, out, workspace_, team_);
}

bool Subject::decrypts_to(std::span<const Torus> ciphertext, Torus message) const {
  const Torus half = Torus{1} << (62 - bits_);
  return (phase(secret(), ciphertext) + half) >> (63 - bits_) == message;
}

bool Subject::holds(const LweBatch& out) const {
  for (std::size_t i = 0; i < out.count(); ++i) {
    if (!decrypts_to(out[i], image(i % messages(), 0))) return false;
  }
  return true;
}

bool Subject::holds_shared(const LweBatch& out, int log2_tables_per_rotation) const {
  const std::size_t parts = std::size_t{1} << log2_tables_per_rotation;
  for (std::size_t i = 0; i < out.count(); ++i) {
    if (!decrypts_to(out[i], image(i / parts % messages(), i % parts))) return false;
  }
  return true;
}

}  // namespace basalt::bench
