#include "bench/published_sets.hpp"

#include <benchmark/benchmark.h>

#include "base/error.hpp"
#include "tfhe/bootstrap.hpp"
#include "tfhe/glwe.hpp"
#include "tfhe/keys.hpp"
#include "tfhe/keyswitch.hpp"
#include "tfhe/parameter_sets.hpp"

namespace basalt::bench {
namespace {

using namespace tfhe;

/// One set with its keys, ciphertexts and table, ready to run.
class Subject {
 public:
  static constexpr std::size_t largest_batch = 128;

  Subject(const ParameterSet& set, const torus::Kernels& kernels)
      : set_(set),
        client_(generate_client_key(Parameters(set.spec))),
        key_(make_key(client_, kernels)),
        workspace_(key_, 2),
        keyswitch_workspace_(key_.keyswitch_key(), largest_batch),
        tables_(1, set.spec.polynomial_size) {
    std::vector<Torus> values(messages());
    for (Torus x = 0; x < messages(); ++x) values[x] = encode(image(x));
    tables_.set(0, values);
  }

  Torus messages() const { return Torus{1} << bits(); }
  LweBatch encrypt(std::size_t count) const;
  LweBatch to_small_key(const LweBatch& in);
  void bootstrap_all(const LweBatch& in, LweBatch& out, ThreadTeam& team);
  void bootstrap_small_all(const LweBatch& in, LweBatch& out);
  /// True if every ciphertext of encrypt(count) went through the table.
  bool holds(const LweBatch& out) const;
  const Parameters& parameters() const { return client_.parameters(); }
  ThreadTeam& one_thread() { return team_; }

 private:
  static EvaluationKey make_key(const ClientKey& client, const torus::Kernels& kernels) {
    ThreadTeam team(usable_processors());
    return EvaluationKey(generate_evaluation_key(client, team), kernels, team);
  }
  int bits() const { return set_.message_bits + set_.carry_bits; }
  Torus encode(Torus message) const { return message << (63 - bits()); }
  Torus image(Torus message) const { return (3 * message + 1) % messages(); }

  const ParameterSet& set_;
  ClientKey client_;
  EvaluationKey key_;
  BootstrapWorkspace workspace_;
  KeyswitchWorkspace keyswitch_workspace_;
  LookupTables tables_;
  ThreadTeam team_{1};
};

LweBatch Subject::encrypt(std::size_t count) const {
  const std::size_t k = parameters().k(), N = parameters().N();
  std::vector<Torus> messages_in(count), bodies(count), masks(parameters().big_dimension());
  for (std::size_t i = 0; i < count; ++i) messages_in[i] = encode(i % messages());
  const MaskSeed seed = SecureRandom::mask_seed();
  SecureRandom random;
  encrypt_seeded(client_, messages_in, seed, 0, random, bodies);
  expand_masks(parameters(), seed, 0, masks);
  LweBatch batch(count, parameters().big_dimension());
  for (std::size_t i = 0; i < count; ++i) sample_extract(masks, bodies[i], k, N, i, batch[i]);
  return batch;
}

LweBatch Subject::to_small_key(const LweBatch& in) {
  LweBatch small(in.count(), parameters().n());
  keyswitch(key_.keyswitch_key(), in, 0, in.count(), small.words(), keyswitch_workspace_);
  return small;
}

void Subject::bootstrap_all(const LweBatch& in, LweBatch& out, ThreadTeam& team) {
  const std::vector<std::uint32_t> table_of(in.count(), 0);
  bootstrap(key_, in, tables_, table_of, out, workspace_, team);
}

void Subject::bootstrap_small_all(const LweBatch& in, LweBatch& out) {
  const std::vector<std::uint32_t> table_of(in.count(), 0);
  bootstrap_small(key_, in, tables_, table_of, out, workspace_, team_);
}

bool Subject::holds(const LweBatch& out) const {
  for (std::size_t i = 0; i < out.count(); ++i) {
    const Torus half = Torus{1} << (62 - bits());
    const Torus message = (phase(client_, out[i]) + half) >> (63 - bits());
    if (message != image(i % messages())) return false;
  }
  return true;
}

/// The subjects of one kernel set; at most one is in memory.
class Shelf {
 public:
  explicit Shelf(const std::string& kernels) : kernels_(torus::kernels_named(kernels)) {}

  Subject& take(const ParameterSet& set) {
    if (name_ != set.name) {
      subject_.reset();
      subject_ = std::make_unique<Subject>(set, kernels_);
      name_ = set.name;
    }
    return *subject_;
  }

 private:
  const torus::Kernels& kernels_;
  std::string name_;
  std::unique_ptr<Subject> subject_;
};

enum class Part { keyswitch, bootstrap, both, two_threads };

void run(benchmark::State& state, Part part, Subject& subject, std::size_t batch) {
  const LweBatch in = subject.encrypt(batch);
  LweBatch small = subject.to_small_key(in), out(batch, in.dimension());
  ThreadTeam two(part == Part::two_threads ? 2 : 1);
  const auto once = [&] {
    if (part == Part::keyswitch) small = subject.to_small_key(in);
    if (part == Part::bootstrap) subject.bootstrap_small_all(small, out);
    if (part == Part::both) subject.bootstrap_all(in, out, subject.one_thread());
    if (part == Part::two_threads) subject.bootstrap_all(in, out, two);
  };
  once();
  if (part == Part::keyswitch) subject.bootstrap_small_all(small, out);
  if (!subject.holds(out)) {
    state.SkipWithError("a decrypted result is wrong");
    return;
  }
  while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(batch))) once();
}

/// Basalt's own parameters for the job of 2_2: 4 bits, norm 5, 2^-128, security of 128 bits.
const ParameterSet& own_set() {
  static const ParameterSet set{.name = "basalt_2_2",
                                .spec = {.lwe_dimension = 836,
                                         .glwe_dimension = 1,
                                         .polynomial_size = 2048,
                                         .bootstrap = {.base_log = 22, .levels = 1},
                                         .keyswitch = {.base_log = 2, .levels = 8},
                                         .lwe_noise = 3.433444883863949e-06,
                                         .glwe_noise = 2.845267479601915e-15,
                                         .noise_kind = NoiseKind::gaussian,
                                         .group = 2},
                                .message_bits = 2,
                                .carry_bits = 2,
                                .norm = 5.0,
                                .modulus_switch = ModulusSwitch::centred,
                                .log2_p_fail = -128.5,
                                .source = "basalt parameters --bits 4 --norm2 25 --p-error 2^-128"};
  return set;
}

std::vector<std::size_t> batches_of(const ParameterSet& set) {
  if (set.spec.polynomial_size <= 2048) return {1, 8, 32, 64};
  if (set.spec.polynomial_size <= 8192) return {1, 8, 16};
  return {1, 8};
}

}  // namespace

void register_published_sets(const std::string& kernels) {
  const auto shelf = std::make_shared<Shelf>(kernels);
  const auto add = [&](const char* name, Part part, const ParameterSet& set, std::size_t batch) {
    const auto body = [shelf, &set, part, batch](benchmark::State& state) {
      run(state, part, shelf->take(set), batch);
    };
    return benchmark::RegisterBenchmark(cat(name, set.name, "/batch:", batch).c_str(), body)
        ->Unit(benchmark::kMillisecond);
  };
  const auto add_set = [&](const ParameterSet& set) {
    for (const std::size_t batch : batches_of(set)) add("ks_pbs/", Part::both, set, batch);
    const std::size_t largest = batches_of(set).back();
    add("ks/", Part::keyswitch, set, largest);
    add("pbs/", Part::bootstrap, set, largest);
    add("ks_pbs_two_threads/", Part::two_threads, set, 2 * largest)->UseRealTime();
  };
  for (const char* noise : {"gaussian", "tuniform"}) {
    for (const char* size : {"1_1", "2_2", "3_3", "4_4"}) {
      add_set(parameter_set_named(cat("v1_4_2m128_", noise, "_", size)));
    }
  }
  add_set(own_set());
}

}  // namespace basalt::bench
