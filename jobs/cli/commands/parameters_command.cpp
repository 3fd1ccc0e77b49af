// `basalt parameters`: what the optimizer picks for one kind of table, and where the noise goes.
#include <cmath>

#include "base/text.hpp"
#include "compile/concrete_v0.hpp"
#include "compile/optimize.hpp"
#include "jobs/cli/every_command.hpp"
#include "pipeline/result_names.hpp"
#include "tfhe/cost.hpp"
#include "tfhe/noise.hpp"

namespace basalt::jobs::cli {
namespace {

constexpr double cost_unit = 0x1p20;  ///< As the published tables count operations.

struct Options {
  int bits = 0;
  double norm2 = 1.0, log_norm2 = 0.0;
  bool wrap = false;
  std::string p_error;
  int security = 128;
  std::string profile = "basalt";

  double p_error_or(double fallback) const {
    return p_error.empty() ? fallback : parse_probability("p_error", p_error);
  }
  /// Both ways to give the norm, as the squared 2-norm.
  double square_norm() const { return norm2 * std::exp2(2.0 * log_norm2); }
};

void require_setting(bool holds, const char* name, const std::string& sentence) {
  if (!holds) throw Error(ErrorCode::invalid_argument, concat(name, " ", sentence), name);
}

void check_norm(const Options& options) {
  const double norm = options.log_norm2;
  require_setting(std::isfinite(options.square_norm()), norm == 0.0 ? "norm2" : "log_norm2",
                  concat("is ", norm == 0.0 ? options.norm2 : norm, ", expected a finite norm"));
}

/// The fields that every profile answers.
Json answer_of(const tfhe::ParameterSpec& spec, Log2 p_error, double operations) {
  Json answer;
  answer["n"] = spec.lwe_dimension;
  answer["k"] = spec.glwe_dimension;
  answer["N"] = spec.polynomial_size;
  answer["pbs_base_log"] = spec.bootstrap.base_log;
  answer["pbs_level"] = spec.bootstrap.levels;
  answer["ks_base_log"] = spec.keyswitch.base_log;
  answer["ks_level"] = spec.keyswitch.levels;
  answer["group"] = spec.group;
  answer["lwe_noise_std"] = spec.lwe_noise;
  answer["glwe_noise_std"] = spec.glwe_noise;
  answer[pipeline::result_name::log2_p_error] = p_error.value;
  answer["cost"] = static_cast<std::int64_t>(operations / cost_unit);
  answer["predicted_ms"] = 1e3 * tfhe::bootstrap_seconds(spec, tfhe::reference_cost_model()).value;
  return answer;
}

/// Of the table's input.
double variance_of(const tfhe::ParameterSpec& spec, double square_norm) {
  return tfhe::lookup_variance(spec, std::sqrt(square_norm), tfhe::ModulusSwitch::centred,
                               tfhe::NoiseModel::basalt)
      .value;
}

/// Which parts of the variance in front of the table come from where.
Json noise_shares(const tfhe::ParameterSpec& spec, double square_norm) {
  const auto kind = tfhe::ModulusSwitch::centred;
  const double all = variance_of(spec, square_norm);
  const double keyswitch = tfhe::keyswitch_variance(spec).value / all;
  const double modulus_switch =
      tfhe::modulus_switch_variance(spec.lwe_dimension, spec.polynomial_size, kind).value / all;
  return {{"bootstraps", 1.0 - keyswitch - modulus_switch},
          {"key_switch", keyswitch},
          {"modulus_switch", modulus_switch}};
}

Json basalt_answer(const Options& options) {
  circuit::Target target;
  target.p_error = options.p_error_or(target.p_error);
  target.security = options.security;
  const compile::NoiseRequirements requirements =
      compile::single_lookup(options.bits, options.square_norm(), options.wrap);
  const auto found = compile::optimize(requirements, target);
  if (const auto* infeasible = std::get_if<compile::Infeasible>(&found)) {
    throw Error(ErrorCode::unsupported, infeasible->reason, "bits");
  }
  const auto& choice = std::get<compile::ParameterChoice>(found);
  const tfhe::ParameterSpec& spec = choice.parameters.stage(0).spec();
  const double half_box = tfhe::half_box(options.wrap ? options.bits - 1 : options.bits);
  const Log2 p_error = tfhe::log2_failure_probability(
      half_box, {variance_of(spec, options.square_norm())});  // the number itself may underflow
  Json answer = answer_of(spec, p_error, choice.cost);
  answer[pipeline::result_name::security_bits] = choice.security_bits;
  answer[pipeline::result_name::evaluation_key_bytes] = choice.evaluation_key.value;
  answer["noise_shares"] = noise_shares(spec, options.square_norm());
  return answer;
}

Json concrete_answer(const Options& options) {
  require_setting(options.bits >= (options.wrap ? 2 : 1), "bits",
                  concat("is ", options.bits,
                         options.wrap ? ", expected at least 2 where the value wraps"
                                      : ", expected at least 1"));
  require_setting(options.square_norm() >= 1.0, options.log_norm2 == 0.0 ? "norm2" : "log_norm2",
                  concat("is ", options.log_norm2 == 0.0 ? options.norm2 : options.log_norm2,
                         ", the published search expects a 2-norm of at least 1"));
  compile::ConcreteV0Query query;
  query.precision = options.wrap ? options.bits - 1 : options.bits;
  query.log2_norm = 0.5 * std::log2(options.square_norm());
  query.p_error = options.p_error_or(query.p_error);
  query.security = options.security;
  const auto found = compile::concrete_v0(query);
  if (!found) {
    throw Error(
        ErrorCode::unsupported,
        concat("the published search space holds no parameters for ", options.bits,
               " bits after a sum with 2-norm 2^", query.log2_norm, " at ", options.security,
               " bits of security: ask for fewer bits, a smaller norm or a larger p_error"),
        "bits");
  }
  return answer_of(found->parameters, found->log2_p_error, found->complexity);
}

Exit choose(Context& context, const Options& options) {
  check_norm(options);
  context.answer(options.profile == "basalt" ? basalt_answer(options) : concrete_answer(options));
  return Exit::done;
}

}  // namespace

Command parameters_command() {
  return {.name = "parameters",
          .summary = "What the optimizer picks for one kind of table",
          .example = "basalt parameters --bits 4 --norm2 25 --p-error 2^-40",
          .uses = {},
          .define = [](const Arguments& arguments) -> Action {
            auto options = std::make_shared<Options>();
            arguments.option("--bits", options->bits, "Bits of the value that the table reads")
                .required()
                .type_name("P");
            const Option norm = arguments
                                    .option("--norm2", options->norm2,
                                            "Squared 2-norm of the weights before the table (1)")
                                    .type_name("NU2");
            arguments
                .option("--log-norm2", options->log_norm2,
                        "Logarithm to base 2 of the 2-norm, in place of --norm2 (0)")
                .type_name("L")
                .excludes(norm);
            arguments.flag("--wrap", options->wrap, "The value wraps: no padding bit");
            arguments
                .option("--p-error", options->p_error,
                        "Failure probability of one table, as 2^-40 or 6.3e-5 (2^-40; "
                        "concrete-v0: 6.3342484e-5)")
                .type_name("P");
            arguments.option("--security", options->security, "Bits of security (128)")
                .type_name("BITS");
            arguments
                .option("--profile", options->profile,
                        "basalt, or concrete-v0: the published optimizer's search")
                .one_of({"basalt", "concrete-v0"})
                .type_name("NAME");
            return [options](Context& context) { return choose(context, *options); };
          }};
}

}  // namespace basalt::jobs::cli
