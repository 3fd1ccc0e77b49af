// Turns noise requirements into limits on variances, searches, and explains the answer.
#include "compile/optimize.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "compile/optimize_chain.hpp"
#include "ir/stages.hpp"
#include "tfhe/noise.hpp"
#include "tfhe/security.hpp"

namespace basalt::compile {
namespace {

using tfhe::ParameterSpec;

struct ErrorRates {
  double worst = 0.0;         ///< Largest failure probability of one place.
  double worst_output = 0.0;  ///< Of one output.
  double global = 0.0;        ///< Of one row.
};

double square(double x) {
  return x * x;
}

/// Failure probabilities of every place under `parameters`, where words of `word_bits` are sent.
ErrorRates error_rates_of(const NoiseRequirements& requirements,
                          const tfhe::ParameterChain& parameters, int word_bits = 64) {
  const tfhe::ChainVariances variances(parameters);
  ErrorRates rates;
  double log_success = 0.0;
  const auto count = [&](const Constraint& place, std::size_t source, double added) {
    const double variance =
        place.fresh_gain * variances.fresh + place.table_gain * variances.table[source] + added;
    const double p = std::min(1.0, tfhe::failure_probability(place.half_step, {variance}));
    rates.worst = std::max(rates.worst, p);
    log_success += static_cast<double>(place.count) * std::log1p(-p);
    return p;
  };
  const bool chain = parameters.stage_count() > 1;
  for (const Constraint& place : requirements.lookups) {
    const std::size_t stage = chain ? place.stage : 0;
    count(place, ir::source_of(stage), variances.reading_of(stage, place.log2_tables_per_rotation));
  }
  for (const Constraint& place : requirements.outputs) {
    const std::size_t stage = chain ? place.stage : 0;
    const std::size_t dimension = parameters.stage(stage).big_dimension();
    const double rounding = tfhe::word_rounding_variance(dimension, word_bits).value;
    rates.worst_output = std::max(rates.worst_output, count(place, stage, rounding));
  }
  rates.global = -std::expm1(log_success);
  return rates;
}

/// The probability that one instance of `place` may fail with: never more than the row's.
double allowed_probability(const Constraint& place, const circuit::Target& target) {
  if (target.global_p_error == 0.0) return target.p_error;
  const double instances = static_cast<double>(std::max<std::size_t>(1, place.count));
  const double share = -std::expm1(std::log1p(-target.global_p_error) / instances);
  return std::min(target.p_error, share);
}

NoiseLimit limit_of(const Constraint& place, const circuit::Target& target) {
  const double deviations = tfhe::deviations_for({std::log2(allowed_probability(place, target))});
  return {place.fresh_gain, place.table_gain, square(place.half_step / deviations),
          std::ldexp(1.0, 2 * place.log2_tables_per_rotation)};
}

/// Bits of the boxes and parts that a polynomial has to hold.
int polynomial_bits(const Constraint& place) {
  return place.table_bits + place.log2_tables_per_rotation;
}

std::size_t rotations(const NoiseRequirements& requirements) {
  std::size_t sum = 0;
  for (const Constraint& place : requirements.lookups) sum += place.rotation_count();
  return std::max<std::size_t>(1, sum);
}

std::size_t linear_products(const NoiseRequirements& requirements) {
  return std::accumulate(requirements.linear_products_per_row.begin(),
                         requirements.linear_products_per_row.end(), std::size_t{0});
}

/// The cheapest single set.
std::optional<ParameterSpec> search(const NoiseRequirements& requirements,
                                    const circuit::Target& target, const ParameterSpace& space) {
  SearchProblem problem{.lookups = {},
                        .outputs = {},
                        .table_bits = 0,
                        .security = target.security,
                        .bootstraps = rotations(requirements),
                        .linear_products = linear_products(requirements),
                        .accepts = {}};
  for (const Constraint& place : requirements.lookups) {
    problem.lookups.push_back(limit_of(place, target));
    problem.table_bits = std::max(problem.table_bits, polynomial_bits(place));
  }
  for (const Constraint& place : requirements.outputs) {
    problem.outputs.push_back(limit_of(place, target));
  }
  if (target.global_p_error > 0.0) {
    problem.accepts = [&](const ParameterSpec& spec) {
      return error_rates_of(requirements, tfhe::Parameters(spec)).global <= target.global_p_error;
    };
  }
  return cheapest(problem, space, space.costs);
}

/// The cheapest chain of a set per stage, if it is below `bound` seconds.
std::optional<tfhe::ParameterChain> search_chain(const NoiseRequirements& requirements,
                                                 const circuit::Target& target,
                                                 const ParameterSpace& space, double bound) {
  ChainProblem problem{.stages = std::vector<StageProblem>(requirements.stages()),
                       .security = target.security,
                       .accepts = {}};
  for (const Constraint& place : requirements.lookups) {
    StageProblem& stage = problem.stages[place.stage];
    stage.lookups.push_back(limit_of(place, target));
    stage.table_bits = std::max(stage.table_bits, polynomial_bits(place));
    stage.bootstraps += place.rotation_count();
  }
  for (const Constraint& place : requirements.outputs) {
    problem.stages[place.stage].outputs.push_back(limit_of(place, target));
  }
  for (std::size_t i = 0; i < requirements.linear_products_per_row.size(); ++i) {
    problem.stages[i].linear_products = requirements.linear_products_per_row[i];
  }
  if (target.global_p_error > 0.0) {
    problem.accepts = [&](const tfhe::ParameterChain& parameters) {
      return error_rates_of(requirements, parameters).global <= target.global_p_error;
    };
  }
  return cheapest_chain(problem, space, space.costs, bound);
}

double seconds_of(const NoiseRequirements& requirements, const tfhe::ParameterChain& parameters,
                  const tfhe::CostModel& model) {
  if (parameters.stage_count() == 1) {
    const ParameterSpec& spec = parameters.stage(0).spec();
    const std::size_t bootstraps = requirements.lookups.empty() ? 0 : rotations(requirements);
    return static_cast<double>(bootstraps) * tfhe::bootstrap_seconds(spec, model).value +
           tfhe::linear_seconds(spec, linear_products(requirements), model).value;
  }
  double seconds = 0.0;
  for (const Constraint& place : requirements.lookups) {
    seconds += static_cast<double>(place.rotation_count()) *
               tfhe::bootstrap_seconds(parameters.stage(place.stage).spec(),
                                       parameters.source_dimension(place.stage), model)
                   .value;
  }
  for (std::size_t i = 0; i < requirements.linear_products_per_row.size(); ++i) {
    const ParameterSpec& spec = parameters.stage(i).spec();
    seconds += tfhe::linear_seconds(spec, requirements.linear_products_per_row[i], model).value;
  }
  return seconds;
}

/// As few bits per word of an output as the target allows: 16, 32 or all.
int score_word_bits(const NoiseRequirements& requirements, const tfhe::ParameterChain& parameters,
                    const circuit::Target& target) {
  for (const int bits : {16, 32}) {
    const ErrorRates rates = error_rates_of(requirements, parameters, bits);
    const bool row_holds = target.global_p_error == 0.0 || rates.global <= target.global_p_error;
    if (rates.worst_output <= target.p_error && row_holds) return bits;
  }
  return 64;
}

ParameterChoice choice_of(const NoiseRequirements& requirements,
                          const tfhe::ParameterChain& parameters, const circuit::Target& target,
                          const ParameterSpace& space) {
  const int word_bits = score_word_bits(requirements, parameters, target);
  std::vector<int> log2_tables_per_rotation;
  for (const Constraint& place : requirements.lookups)
    log2_tables_per_rotation.push_back(place.log2_tables_per_rotation);
  const ErrorRates rates = error_rates_of(requirements, parameters, word_bits);
  return {.parameters = parameters,
          .p_error = rates.worst,
          .global_p_error = rates.global,
          .security_bits = tfhe::security_bits(parameters),
          .cost = tfhe::bootstrap_operations(parameters.stage(0).spec()),
          .predicted_seconds_per_row = seconds_of(requirements, parameters, space.costs),
          .evaluation_key = tfhe::evaluation_key_bytes(parameters),
          .log2_tables_per_rotation = std::move(log2_tables_per_rotation),
          .score_word_bits = word_bits};
}

/// The requirements of one place only.
NoiseRequirements only(const Constraint& place, bool is_lookup) {
  NoiseRequirements requirements;
  (is_lookup ? requirements.lookups : requirements.outputs).push_back(place);
  if (is_lookup || place.table_gain == 0.0) return requirements;
  // An output of table values needs a bootstrap, if only an easy one.
  requirements.lookups.push_back({.layer = "any", .half_step = 0.25, .count = 1});
  return requirements;
}

std::string probability_text(double p) {
  const double log2_p = std::log2(p);
  return log2_p == std::round(log2_p) ? concat("2^", log2_p) : concat(p);
}

/// Widest value that fits in the place of `place`, all else being equal; 0: none.
int widest_bits(Constraint place, bool is_lookup, const circuit::Target& target,
                const ParameterSpace& space) {
  while (--place.bits >= 1) {
    place.half_step *= 2.0;
    place.table_bits = std::max(0, place.table_bits - 1);
    if (search(only(place, is_lookup), target, space)) return place.bits;
  }
  return 0;
}

/// Largest 2-norm of table values that fits in `place`, all else being equal, to a few percent; 0:
/// not even one value does.
double largest_norm(Constraint place, bool is_lookup, const circuit::Target& target,
                    const ParameterSpace& space) {
  const auto fits = [&](double log2_norm) {
    place.table_gain = std::exp2(2.0 * log2_norm);
    return search(only(place, is_lookup), target, space).has_value();
  };
  double low = 0.0, high = 0.5 * std::log2(std::max(1.0, place.table_gain));
  if (!fits(low)) return 0.0;
  while (high - low > 0.05) {
    const double middle = 0.5 * (low + high);
    (fits(middle) ? low : high) = middle;
  }
  return std::exp2(low);
}

std::string sentence_about(const Constraint& place, bool is_lookup, const circuit::Target& target,
                           const ParameterSpace& space) {
  const double p = allowed_probability(place, target);
  std::string text = concat(is_lookup ? "layer" : "output", " \"", place.layer, "\": ", place.bits,
                            place.wraps ? " wrapping bits" : " bits");
  const double norm = std::sqrt(place.table_gain);
  if (norm > 1.0) text += concat(" of a sum of table values with 2-norm ", norm);
  text += concat(" cannot be ", is_lookup ? "looked up" : "decrypted", " with p_error ",
                 probability_text(p), " at ", target.security, " bits of security");
  const int widest = widest_bits(place, is_lookup, target, space);
  if (widest > 0) text += concat("; at most ", widest, widest == 1 ? " bit fits" : " bits fit");
  const double fitting = norm > 1.0 ? largest_norm(place, is_lookup, target, space) : 0.0;
  if (fitting > 0.0) {
    text += concat(widest > 0 ? ", or a 2-norm up to " : "; a 2-norm up to ", std::floor(fitting),
                   widest > 0 ? "" : " fits");
  }
  text += is_lookup ? ": use fewer accumulator bits, fewer or smaller weights, or a larger p_error"
                    : ": use a narrower or split read-out, smaller weights, or a larger p_error";
  return text;
}

/// The first place that fits no parameters by itself, or all of them together.
Infeasible explain(const NoiseRequirements& requirements, const circuit::Target& target,
                   const ParameterSpace& space) {
  for (const bool is_lookup : {true, false}) {
    for (const Constraint& place : is_lookup ? requirements.lookups : requirements.outputs) {
      if (search(only(place, is_lookup), target, space)) continue;
      return {sentence_about(place, is_lookup, target, space)};
    }
  }
  std::string names;
  for (const auto* places : {&requirements.lookups, &requirements.outputs}) {
    for (const Constraint& place : *places) {
      names += concat(names.empty() ? "\"" : ", \"", place.layer, "\" (", place.bits, " bits)");
    }
  }
  return {
      concat("no parameters serve all of ", names, " at ", target.security,
             " bits of security, though each has its own: use fewer bits in the widest, smaller "
             "weights, or a larger p_error")};
}

}  // namespace

std::size_t NoiseRequirements::stages() const {
  std::size_t last = 0;
  for (const auto* places : {&lookups, &outputs}) {
    for (const Constraint& place : *places) last = std::max(last, place.stage);
  }
  return last + 1;
}

NoiseRequirements single_lookup(int bits, double norm2, bool wraps) {
  constexpr int word_bits = 64;
  if (bits < 1 || bits > word_bits) {
    throw Error(ErrorCode::invalid_argument, concat("bits is ", bits, ", expected 1 to 64"),
                "bits");
  }
  if (!(norm2 >= 0.0) || !std::isfinite(norm2)) {
    throw Error(ErrorCode::invalid_argument, concat("norm2 is ", norm2, ", expected at least 0"),
                "norm2");
  }
  const int padded = wraps ? bits - 1 : bits;
  NoiseRequirements requirements;
  requirements.bootstraps_per_row = 1;
  requirements.lookups.push_back({.layer = "table",
                                  .half_step = tfhe::half_box(padded),
                                  .fresh_gain = 0.0,
                                  .table_gain = norm2,
                                  .count = 1,
                                  .table_bits = padded,
                                  .bits = bits,
                                  .wraps = wraps});
  return requirements;
}

namespace {

/// The same requirements where up to 2^log2_tables_per_rotation tables share a rotation, as far as
/// that saves any. Sums of table values are taken to be of one rotation, which is the worst case.
NoiseRequirements with_parts(NoiseRequirements requirements, int log2_tables_per_rotation) {
  int most = 0;
  for (Constraint& place : requirements.lookups) {
    place.log2_tables_per_rotation = 0;
    const auto known = static_cast<int>(place.rotations.size());
    for (int parts = 1; parts <= log2_tables_per_rotation && parts < known; ++parts) {
      const std::size_t saved = place.rotations[static_cast<std::size_t>(parts)];
      if (saved < place.rotation_count()) place.log2_tables_per_rotation = parts;
    }
    most = std::max(most, place.log2_tables_per_rotation);
  }
  for (auto* places : {&requirements.lookups, &requirements.outputs}) {
    for (Constraint& place : *places) place.table_gain *= tfhe::sharing_gain(most);
  }
  return requirements;
}

/// The best of one set and a set per stage. Further sets must save more than a share of the time:
/// each has keys of its own.
std::optional<tfhe::ParameterChain> best_parameters(const NoiseRequirements& requirements,
                                                    const circuit::Target& target,
                                                    const ParameterSpace& space) {
  constexpr double worth_a_chain = 0.95;
  std::optional<tfhe::ParameterChain> best;
  if (const auto spec = search(requirements, target, space)) best.emplace(tfhe::Parameters(*spec));
  if (requirements.stages() == 1) return best;
  double bound = std::numeric_limits<double>::infinity();
  if (best) bound = worth_a_chain * seconds_of(requirements, *best, space.costs);
  auto chain = search_chain(requirements, target, space, bound);
  return chain ? chain : best;
}

}  // namespace

std::variant<ParameterChoice, Infeasible> optimize(const NoiseRequirements& requirements,
                                                   const circuit::Target& target,
                                                   const ParameterSpace& space) {
  constexpr int most_parts = 3;
  validate(target);
  std::optional<ParameterChoice> best;
  std::size_t before = 0;
  for (int parts = 0; parts <= most_parts; ++parts) {
    const NoiseRequirements shared = with_parts(requirements, parts);
    if (parts > 0 && rotations(shared) == before) break;
    before = rotations(shared);
    const auto parameters = best_parameters(shared, target, space);
    if (!parameters) continue;
    ParameterChoice choice = choice_of(shared, *parameters, target, space);
    if (!best || choice.predicted_seconds_per_row < best->predicted_seconds_per_row) {
      best = std::move(choice);
    }
  }
  if (!best) return explain(requirements, target, space);
  return *std::move(best);
}

std::variant<ParameterChoice, Infeasible> optimize(const NoiseRequirements& requirements,
                                                   const circuit::Target& target) {
  return optimize(requirements, target, ParameterSpace{});
}

}  // namespace basalt::compile
