#include "bench/published_sets.hpp"

#include <benchmark/benchmark.h>

#include "base/error.hpp"
#include "bench/subject.hpp"
#include "tfhe/parameter_sets.hpp"

namespace basalt::bench {
namespace {

using namespace tfhe;

/// The subjects of one kernel set; at most one is in memory.
class Shelf {
 public:
  explicit Shelf(const std::string& kernels) : kernels_(torus::kernels_named(kernels)) {}

  Subject& take(const ParameterSet& set) {
    if (name_ != set.name) {
      subject_.reset();
      subject_ = std::make_unique<Subject>(set.spec, set.message_bits + set.carry_bits, kernels_);
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
    return benchmark::RegisterBenchmark(concat(name, set.name, "/batch:", batch).c_str(), body)
        ->Unit(benchmark::kMillisecond);
  };
  const auto add_set = [&](const ParameterSet& set) {
    for (const std::size_t batch : batches_of(set)) add("ks_pbs/", Part::both, set, batch);
    const std::size_t largest = batches_of(set).back();
    for (const std::size_t batch : {std::size_t{1}, largest}) {
      add("ks/", Part::keyswitch, set, batch);
      add("pbs/", Part::bootstrap, set, batch);
    }
    add("ks_pbs_two_threads/", Part::two_threads, set, 2 * largest)->UseRealTime();
  };
  for (const char* noise : {"gaussian", "tuniform"}) {
    for (const char* size : {"1_1", "2_2", "3_3", "4_4"}) {
      add_set(parameter_set_named(concat("v1_4_2m128_", noise, "_", size)));
    }
  }
  add_set(own_set());
}

}  // namespace basalt::bench
