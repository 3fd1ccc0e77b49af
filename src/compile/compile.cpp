// The ordered list of what makes a circuit of a model.
#include "compile/compile.hpp"

#include <algorithm>
#include <utility>

#include "compile/assemble.hpp"
#include "compile/candidates.hpp"
#include "compile/fold.hpp"
#include "compile/lower.hpp"
#include "compile/optimize.hpp"

namespace basalt::compile {
namespace {

/// Results travel and are stored: a candidate with more outputs must save more than this.
constexpr double output_bytes_per_second = 100e6;

std::size_t output_bytes(const Assembly& assembly, const ParameterChoice& choice) {
  const bool chain = choice.parameters.stage_count() > 1;
  std::size_t longest = 0;
  for (const Constraint& place : assembly.requirements.outputs) {
    const tfhe::Parameters& stage = choice.parameters.stage(chain ? place.stage : 0);
    longest = std::max(longest, stage.big_dimension());
  }
  const auto word_bytes = static_cast<std::size_t>(choice.score_word_bits / 8);
  return assembly.requirements.outputs_per_row * (longest + 1) * word_bytes;
}

double price(const Assembly& assembly, const ParameterChoice& choice) {
  return choice.predicted_seconds_per_row +
         static_cast<double>(output_bytes(assembly, choice)) / output_bytes_per_second;
}

/// Per node; empty where no rotation is shared.
std::vector<std::int32_t> parts_of(const Assembly& assembly, const ParameterChoice& choice) {
  std::vector<std::int32_t> parts(assembly.encoded.graph.nodes.size(), 0);
  for (std::size_t i = 0; i < choice.log2_tables_per_rotation.size(); ++i) {
    if (choice.log2_tables_per_rotation[i] > 0)
      parts[assembly.requirements.lookups[i].node] = choice.log2_tables_per_rotation[i];
  }
  const bool any = std::ranges::any_of(parts, [](std::int32_t p) { return p > 0; });
  return any ? parts : std::vector<std::int32_t>{};
}

circuit::Circuit circuit_of(Assembly assembly, const ParameterChoice& choice,
                            const circuit::Target& target, const std::string& readout) {
  const std::size_t input_bytes = assembly.requirements.inputs_per_row * sizeof(std::uint64_t);
  const std::size_t bytes = input_bytes + output_bytes(assembly, choice);
  std::vector<std::int32_t> parts = parts_of(assembly, choice);
  return {.encoded = std::move(assembly.encoded),
          .parameters = choice.parameters,
          .target = target,
          .p_error = choice.p_error,
          .global_p_error = choice.global_p_error,
          .security_bits = choice.security_bits,
          .predicted_seconds_per_row = choice.predicted_seconds_per_row,
          .evaluation_key_bytes = choice.evaluation_key.value,
          .ciphertext_bytes_per_row = bytes,
          .readout = readout,
          .log2_tables_per_rotation = std::move(parts),
          .score_word_bits = choice.score_word_bits};
}

}  // namespace

ir::Preprocessing standardization_of(const learn::Model& model) {
  return {.mean = model.standardizer.mean(),
          .deviation = model.standardizer.deviation(),
          .quantizers = {},
          .feature_of = {}};
}

Lowered lower(const learn::Model& model) {
  return std::visit([&](const auto& family) { return lower(family, model); }, model.family);
}

std::variant<circuit::Circuit, Infeasible> compile(const Lowered& lowered,
                                                   const std::string& estimator,
                                                   const Digest& model_id,
                                                   const circuit::Target& target,
                                                   const ParameterSpace& space) {
  validate(target);
  Lowered folded = lowered;
  folded.graph = fold_linears(lowered.graph);

  std::optional<circuit::Circuit> best;
  std::optional<Infeasible> reason;
  double best_price = 0.0;
  for (const Candidate& candidate : readout_candidates(folded)) {
    Assembly assembly = assemble(candidate.lowered, estimator, model_id);
    const std::variant<ParameterChoice, Infeasible> found =
        optimize(assembly.requirements, target, space);
    if (const auto* infeasible = std::get_if<Infeasible>(&found)) {
      if (!reason) reason = *infeasible;
      continue;
    }
    const ParameterChoice& choice = std::get<ParameterChoice>(found);
    const double asked = price(assembly, choice);
    if (best && best_price <= asked) continue;
    best_price = asked;
    best = circuit_of(std::move(assembly), choice, target, candidate.readout);
  }
  if (!best) return *reason;
  return *std::move(best);
}

std::variant<circuit::Circuit, Infeasible> compile(const learn::Model& model,
                                                   const circuit::Target& target,
                                                   const ParameterSpace& space) {
  return compile(lower(model), model.estimator, model.id(), target, space);
}

}  // namespace basalt::compile
