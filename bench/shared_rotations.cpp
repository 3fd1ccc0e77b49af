// Times rotations that several tables share against a rotation per table.
#include "bench/shared_rotations.hpp"

#include <benchmark/benchmark.h>

#include <cmath>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "bench/subject.hpp"
#include "compile/optimize_search.hpp"
#include "tfhe/noise.hpp"
#include "tfhe/parameter_sets.hpp"

namespace basalt::bench {
namespace {

constexpr std::size_t batch = 64;

/// The cheapest set for sums of 2-norm 4 of values whose rotations 2^log2_tables_per_rotation
/// tables share.
tfhe::ParameterSpec own_set(int bits, int log2_tables_per_rotation) {
  constexpr double square_norm = 16.0, log2_p_error = -40.0;
  const double limit = tfhe::half_box(bits) / tfhe::deviations_for({log2_p_error});
  compile::SearchProblem problem;
  problem.lookups = {{.table_gain = square_norm * tfhe::sharing_gain(log2_tables_per_rotation),
                      .variance = limit * limit,
                      .switch_gain = std::ldexp(1.0, 2 * log2_tables_per_rotation)}};
  problem.table_bits = bits + log2_tables_per_rotation;
  problem.bootstraps = 1;
  const compile::ParameterSpace space;
  const auto found = compile::cheapest(problem, space, space.costs);
  require(found.has_value(), ErrorCode::unsupported, "bench: no parameters for ", bits, " bits");
  return *found;
}

/// Takes turns: every ciphertext's tables in rotations of their own, then in one.
void run(benchmark::State& state, Subject& apart, Subject& shared, int log2_tables_per_rotation) {
  const std::size_t parts = std::size_t{1} << log2_tables_per_rotation;
  const LweBatch each = apart.encrypt(batch * parts), one = shared.encrypt(batch);
  LweBatch out_apart(each.count(), each.dimension()), out(batch * parts, one.dimension());
  double seconds_apart = 0.0, seconds_shared = 0.0;
  for ([[maybe_unused]] auto _ : state) {
    const Stopwatch first;
    apart.bootstrap_all(each, out_apart, apart.one_thread());
    seconds_apart += first.elapsed().value;
    const Stopwatch second;
    shared.bootstrap_shared(one, log2_tables_per_rotation, out);
    const double seconds = second.elapsed().value;
    seconds_shared += seconds;
    state.SetIterationTime(seconds / static_cast<double>(out.count()));
  }
  if (!apart.holds(out_apart) || !shared.holds_shared(out, log2_tables_per_rotation)) {
    state.SkipWithError("a decrypted result is wrong");
  }
  state.counters["gain"] = seconds_apart / seconds_shared;
}

void add(const std::string& name, int bits, int log2_tables_per_rotation,
         std::function<void(benchmark::State&)> body) {
  benchmark::RegisterBenchmark(
      concat(name, "/bits:", bits, "/tables:", 1 << log2_tables_per_rotation).c_str(),
      std::move(body))
      ->Unit(benchmark::kMillisecond)
      ->UseManualTime()
      ->Iterations(5);
}

}  // namespace

void register_shared_rotations(const std::string& name) {
  const torus::Kernels& kernels = torus::kernels_named(name);
  for (const int log2_tables_per_rotation : {1, 2, 3}) {
    const int bits = 4 - log2_tables_per_rotation;
    add("one_set", bits, log2_tables_per_rotation,
        [&kernels, bits, log2_tables_per_rotation](benchmark::State& state) {
          Subject subject(tfhe::parameter_set_named("v1_4_2m128_gaussian_2_2").spec, bits, kernels);
          run(state, subject, subject, log2_tables_per_rotation);
        });
  }
  for (const int bits : {1, 2, 3, 4}) {
    for (const int log2_tables_per_rotation : {1, 2, 3}) {
      add("own_sets", bits, log2_tables_per_rotation,
          [&kernels, bits, log2_tables_per_rotation](benchmark::State& state) {
            Subject apart(own_set(bits, 0), bits, kernels);
            Subject shared(own_set(bits, log2_tables_per_rotation), bits, kernels);
            run(state, apart, shared, log2_tables_per_rotation);
          });
    }
  }
}

}  // namespace basalt::bench
