#include "jobs/cli/circuit_text.hpp"

#include "pipeline/result_names.hpp"

namespace basalt::jobs::cli {
namespace {

Json json_of(const ir::LayerSummary& layer) {
  return {{"name", layer.name},
          {"neurons", layer.neurons},
          {"fan_in_max", layer.fan_in_max},
          {"l1_max", layer.l1_max},
          {"bits", layer.bits},
          {"wraps", layer.wraps},
          {"range_low", layer.range_low},
          {"range_high", layer.range_high},
          {"norm2", layer.norm2},
          {"bootstraps", layer.bootstraps}};
}

}  // namespace

Json json_of(const tfhe::Parameters& parameters) {
  const tfhe::ParameterSpec& spec = parameters.spec();
  return {{"n", spec.lwe_dimension},
          {"k", spec.glwe_dimension},
          {"N", spec.polynomial_size},
          {"pbs_base_log", spec.bootstrap.base_log},
          {"pbs_level", spec.bootstrap.levels},
          {"ks_base_log", spec.keyswitch.base_log},
          {"ks_level", spec.keyswitch.levels},
          {"lwe_noise_std", spec.lwe_noise},
          {"glwe_noise_std", spec.glwe_noise},
          {"noise", spec.noise_kind == tfhe::NoiseKind::gaussian ? "gaussian" : "tuniform"},
          {"group", spec.group}};
}

Json json_of(const std::vector<ir::LayerSummary>& layers) {
  Json rows = Json::array();
  for (const ir::LayerSummary& layer : layers) rows.push_back(json_of(layer));
  return rows;
}

Json json_of(const circuit::Circuit& circuit) {
  namespace name = pipeline::result_name;
  Json further = Json::array();
  for (std::size_t i = 1; i < circuit.parameters.stage_count(); ++i) {
    further.push_back(json_of(circuit.parameters.stage(i)));
  }
  return {{"circuit_id", circuit.id().hex()},
          {"model_id", circuit.encoded.model_id.hex()},
          {"estimator", circuit.encoded.estimator},
          {name::pbs_per_row, circuit::bootstraps_per_row(circuit)},
          {name::max_bits, circuit.encoded.max_bits()},
          {"p_error", circuit.p_error},
          {"global_p_error", circuit.global_p_error},
          {name::security_bits, circuit.security_bits},
          {name::predicted_seconds_per_row, circuit.predicted_seconds_per_row},
          {name::evaluation_key_bytes, circuit.evaluation_key_bytes},
          {name::ciphertext_bytes_per_row, circuit.ciphertext_bytes_per_row},
          {"readout", circuit.readout},
          {"score_word_bits", circuit.score_word_bits},
          {"parameters", json_of(circuit.parameters.stage(0))},
          {"further_parameters", further},
          {"layers", json_of(circuit.encoded.layers())}};
}

}  // namespace basalt::jobs::cli
