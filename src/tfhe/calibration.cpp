// Timings of the kernels and the factors that follow from them.
#include "tfhe/calibration.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "tfhe/keyswitch.hpp"
#include "torus/linear.hpp"

namespace basalt::tfhe {
namespace {

constexpr std::size_t batch = 64;
constexpr int repetitions = 5;

ParameterSpec toy(std::size_t k, std::size_t N, Decomposition digits, int group) {
  constexpr std::size_t small_key = 768;  // of a short one, the digits are the dearest part
  return {.lwe_dimension = small_key,
          .glwe_dimension = k,
          .polynomial_size = N,
          .bootstrap = digits,
          .keyswitch = {.base_log = 2, .levels = 7},
          .lwe_noise = 0x1p-20,
          .glwe_noise = 0x1p-45,
          .noise_kind = NoiseKind::gaussian,
          .group = group};
}

/// The shortest of a few runs: what disturbs a run only makes it longer.
template <class Work>
double shortest(Work work) {
  double best = HUGE_VAL;
  for (int i = 0; i < repetitions; ++i) {
    const Stopwatch watch;
    work();
    best = std::min(best, watch.elapsed().value);
  }
  return best;
}

/// Ciphertexts of nothing: a step may be faster for masks of zeros.
LweBatch any_words(std::size_t dimension) {
  LweBatch words(batch, dimension);
  Torus word = 1;
  for (Torus& each : words.words()) {
    word = word * 6364136223846793005U + 1442695040888963407U;  // Knuth's MMIX
    each = word;
  }
  return words;
}

double mean_ratio(const std::vector<double>& ratios) {
  double logarithms = 0.0;
  for (const double ratio : ratios) logarithms += std::log(ratio);
  return ratios.empty() ? 1.0 : std::exp(logarithms / static_cast<double>(ratios.size()));
}

ParameterSpec with_one_bit(ParameterSpec spec) {
  spec.group = 1;
  return spec;
}

}  // namespace

std::span<const ParameterSpec> calibration_sets() {
  static const std::vector<ParameterSpec> sets{toy(1, 512, {10, 2}, 1),  toy(3, 512, {17, 1}, 1),
                                               toy(2, 1024, {23, 1}, 1), toy(2, 1024, {15, 2}, 1),
                                               toy(1, 2048, {23, 1}, 1), toy(1, 512, {4, 1}, 2),
                                               toy(3, 512, {17, 1}, 2),  toy(2, 1024, {23, 1}, 2)};
  return sets;
}

StepTiming measure_steps(const ParameterSpec& spec, const torus::Kernels& kernels) {
  ThreadTeam team(1);
  const ClientKey client = generate_client_key(Parameters(spec));
  const EvaluationKey evaluation(generate_evaluation_key(client, team), kernels, team);
  const StageKeys& key = evaluation.stage(0);
  const std::size_t n = spec.lwe_dimension;
  const LweBatch big = any_words(key.parameters().big_dimension()), small = any_words(n);
  LweBatch out(batch, key.parameters().big_dimension());
  const LookupTables tables(1, spec.polynomial_size);
  const std::vector<std::uint32_t> table_of(batch, 0);
  BootstrapWorkspace workspace(key, 1);
  KeyswitchWorkspace switching(key.keyswitch_key(), batch);
  std::vector<Torus> switched(batch * (n + 1));
  const double rotation =
      shortest([&] { bootstrap_small(key, small, tables, table_of, out, workspace, team); });
  const double keyswitching =
      shortest([&] { keyswitch(key.keyswitch_key(), big, 0, batch, switched, switching); });
  const double steps = static_cast<double>(n) / spec.group;
  return {.spec = spec,
          .rotation_step = {rotation / (batch * steps)},
          .keyswitch = {keyswitching / batch}};
}

/// A dense layer of some outputs, one weight of one word.
Seconds measure_linear_product(const torus::Kernels& kernels) {
  constexpr std::size_t words = 2049, inputs = 256, outputs = 16;
  LweBatch sums(outputs, words - 1), sources(inputs, words - 1);
  std::vector<Torus*> out;
  std::vector<const Torus*> in;
  std::vector<std::uint32_t> row_start{0}, column;
  for (std::size_t i = 0; i < inputs; ++i) in.push_back(sources[i].data());
  for (std::size_t o = 0; o < outputs; ++o) {
    out.push_back(sums[o].data());
    for (std::uint32_t i = 0; i < inputs; ++i) column.push_back(i);
    row_start.push_back(static_cast<std::uint32_t>(column.size()));
  }
  const std::vector<Torus> weight(column.size(), 3);
  const double seconds = shortest([&] {
    torus::add_products(kernels, {row_start, column, weight}, out, in, words);
  });
  return {seconds / static_cast<double>(words * column.size())};
}

CostModel fitted(const CostModel& reference, std::span<const StepTiming> timings,
                 Seconds linear_product) {
  std::vector<double> rotations, keyswitches;
  for (const StepTiming& timing : timings) {
    keyswitches.push_back(timing.keyswitch.value / keyswitch_seconds(timing.spec, reference).value);
    if (timing.spec.group > 1) continue;
    rotations.push_back(timing.rotation_step.value /
                        blind_rotation_step_seconds(timing.spec, reference).value);
  }
  require(!rotations.empty(), ErrorCode::invalid_argument,
          "calibration: no timing of one bit per step among ", timings.size());
  CostModel model = reference;
  const double rotation = mean_ratio(rotations);
  for (double* part : {&model.transform_per_level, &model.transform, &model.product}) {
    *part *= rotation;
  }
  double added = 0.0, expected = 0.0;
  for (const StepTiming& timing : timings) {
    if (timing.spec.group == 1) continue;
    const ParameterSpec one = with_one_bit(timing.spec);
    added += timing.rotation_step.value - blind_rotation_step_seconds(one, model).value;
    expected += blind_rotation_step_seconds(timing.spec, reference).value -
                blind_rotation_step_seconds(one, reference).value;
  }
  constexpr double least = 0.05;  // a second bit is never free
  const double pairs = expected > 0.0 ? std::max(least, added / expected) : rotation;
  model.bundle *= pairs;
  model.monomials *= pairs;
  model.keyswitch_per_product *= mean_ratio(keyswitches);
  model.linear_per_product = linear_product.value * 1e9;
  return model;
}

}  // namespace basalt::tfhe
