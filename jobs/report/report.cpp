#include "jobs/report/report.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "io/config/campaign_config.hpp"
#include "io/file/file.hpp"
#include "io/store/circuit_store.hpp"
#include "io/store/record_store.hpp"
#include "jobs/report/confusion.hpp"
#include "jobs/sweep/sweep_folder.hpp"
#include "search/objective.hpp"

namespace basalt::jobs {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_deployments = 4;

ReportedTrial reported(const io::TrialRow& row) {
  const pipeline::Record& record = row.record;
  return {.trial = static_cast<std::uint64_t>(row.trial),
          .state = io::name_of(record.state),
          .reason = record.reason,
          .configuration = row.configuration,
          .result = record.result,
          .timing = record.timing,
          .model_id = record.model_id.empty() ? "" : record.model_id.hex(),
          .circuit_id = record.circuit_id.empty() ? "" : record.circuit_id.hex(),
          .history = record.history};
}

/// Marks the front and the best trial.
void rate_trials(const io::Results& results, const search::SearchSpec& search, Report& report) {
  const search::Criteria criteria(search.objectives, search.constraints);
  std::vector<const pipeline::Record*> records;
  std::vector<search::Losses> losses;
  for (const io::TrialRow& row : results.rows) {
    records.push_back(&row.record);
    losses.push_back(criteria.feasible(row.record)
                         ? criteria.losses(row.record)
                         : search::Losses(criteria.objectives().size(), INFINITY));
  }
  for (const std::size_t i : search::pareto_front(losses)) {
    report.front.push_back(report.trials[i].trial);
  }
  // The best is the one that is best by the first objective; ties go to the cheaper, then earlier.
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (!std::isfinite(losses[i].front())) continue;
    const bool better = !report.best || losses[i] < losses[*report.best];
    if (better) report.best = i;
  }
  if (report.best) report.best = report.trials[*report.best].trial;
}

const ReportedTrial& trial_named(const Report& report, std::uint64_t trial) {
  return *std::ranges::find(report.trials, trial, &ReportedTrial::trial);
}

Deployment deployment_of(const fs::path& folder, const ReportedTrial& trial) {
  const std::string model = SweepFolder(folder).object(Digest::from_hex(trial.model_id));
  return {.trial = trial.trial,
          .commands = {"basalt compile " + model + " -o circuit.h5",
                       "basalt keygen circuit.h5 --client client.key --evaluation evaluation.h5",
                       "basalt encrypt circuit.h5 client.key rows.h5 -o batch.h5",
                       "mpirun -n 2 basalt score circuit.h5 evaluation.h5 batch.h5 -o scores.h5",
                       "basalt decrypt circuit.h5 client.key scores.h5 -o predictions.csv"}};
}

void add_deployments(const fs::path& folder, Report& report) {
  std::vector<std::uint64_t> chosen;
  if (report.best) chosen.push_back(*report.best);
  for (const std::uint64_t trial : report.front) {
    if (trial != report.best) chosen.push_back(trial);
  }
  if (chosen.size() > most_deployments) chosen.resize(most_deployments);
  for (const std::uint64_t trial : chosen) {
    report.deployments.push_back(deployment_of(folder, trial_named(report, trial)));
  }
}

void describe_circuit(const circuit::Circuit& circuit, Report& report) {
  report.layers = circuit.encoded.layers();
  const tfhe::ParameterSpec& spec = circuit.parameters.stage(0).spec();
  const auto digits = [](const tfhe::Decomposition& d) {
    return concat(d.levels, " levels of 2^", d.base_log);
  };
  report.parameters = {
      {"LWE dimension n", concat(spec.lwe_dimension)},
      {"GLWE dimension k", concat(spec.glwe_dimension)},
      {"polynomial size N", concat(spec.polynomial_size)},
      {"bootstrap digits", digits(spec.bootstrap)},
      {"key switch digits", digits(spec.keyswitch)},
      {"LWE noise", concat("2^", std::log2(spec.lwe_noise), " of the torus")},
      {"GLWE noise", concat("2^", std::log2(spec.glwe_noise), " of the torus")},
      {"security", concat(circuit.security_bits, " bits")},
      {"failure probability of one bootstrap", concat("2^", std::log2(circuit.p_error))},
      {"failure probability of one row", concat("2^", std::log2(circuit.global_p_error))},
      {"evaluation key", concat(circuit.evaluation_key_bytes / 1000000, " MB")},
      {"ciphertext of one row", concat(circuit.ciphertext_bytes_per_row, " bytes")},
      {"read-out", circuit.readout}};
}

void add_best(const fs::path& folder, const search::Campaign& campaign, Report& report) {
  if (!report.best) return;
  const ReportedTrial& best = trial_named(report, *report.best);
  const fs::path file = SweepFolder(folder).object(Digest::from_hex(best.circuit_id));
  if (!fs::exists(file)) return;
  const circuit::Circuit circuit = io::load_circuit(file);
  describe_circuit(circuit, report);
  report.confusion = confusion_of(circuit, campaign, best.configuration, folder);
}

void add_environment(const io::Results& results, Report& report) {
  const Machine machine = examine_machine();
  report.environment = {{"campaign id", results.campaign_id.hex()},
                        {"results digest", results.results_digest.hex()},
                        {"Basalt", machine.version},
                        {"compiler", machine.compiler},
                        {"host of this report", machine.host},
                        {"system", machine.system},
                        {"processor", machine.processor},
                        {"kernels", machine.best_kernels},
                        {"MPI", machine.mpi},
                        {"HDF5", machine.hdf5}};
}

}  // namespace

Report report_of(const fs::path& folder) {
  const search::Campaign campaign = io::load_campaign(folder / "campaign.toml");
  const io::Results results = io::load_results(folder / "results.h5");
  Report report;
  report.name = campaign.base.name.empty() ? folder.filename().string() : campaign.base.name;
  report.subtitle = concat(campaign.base.estimator, ", ", results.rows.size(), " trials, sampler ",
                           campaign.search.sampler);
  report.objectives = campaign.search.objectives;
  report.campaign = campaign.source;
  for (const io::TrialRow& row : results.rows) report.trials.push_back(reported(row));
  rate_trials(results, campaign.search, report);
  add_deployments(folder, report);
  add_best(folder, campaign, report);
  add_environment(results, report);
  return report;
}

}  // namespace basalt::jobs
