#include "pipeline/result_names.hpp"

#include <algorithm>
#include <vector>

namespace basalt::pipeline {
namespace {

namespace name = result_name;

/// Results that stand for themselves.
const std::vector<ResultName>& single_results() {
  static const std::vector<ResultName> names{
      {name::valid_accuracy, "share", "accuracy on the rows that training held out"},
      {name::epochs, "epochs", "passes over the training rows"},
      {name::agreement, "share", "simulated rows with the integers of the clear circuit"},
      {name::label_agreement, "share", "simulated rows with the label of the clear circuit"},
      {name::executed_rows, "rows", "test rows that were encrypted, scored and decrypted"},
      {name::mismatches, "rows", "executed rows whose integers are not those of the clear circuit"},
      {name::executed_label_agreement, "share",
       "executed rows with the label of the clear circuit"},
      {name::pbs_per_row, "bootstraps", "blind rotations of one row"},
      {name::pbs_per_tree, "bootstraps", "blind rotations of one row and tree, on average"},
      {name::max_bits, "bits", "widest integer of the circuit"},
      {name::log2_p_error, "log2", "failure probability of the worst bootstrap or output"},
      {name::security_bits, "bits", "security of the parameters"},
      {name::predicted_seconds_per_row, "s", "time of one row on one core of the cost model"},
      {name::evaluation_key_bytes, "bytes", "evaluation key as stored"},
      {name::ciphertext_bytes_per_row, "bytes", "encrypted inputs and outputs of one row"},
      {name::baseline_pbs_per_row, "bootstraps", "blind rotations of one row by the baseline"}};
  return names;
}

/// Accuracy, R2 and squared error of a model on rows.
void add_metrics(const std::string& prefix, const std::string& of, std::vector<ResultName>& names) {
  names.push_back({prefix + name::accuracy, "share", "right labels " + of});
  names.push_back({prefix + name::r2, "1", "coefficient of determination " + of});
  names.push_back({prefix + name::mse, "target squared", "mean squared error " + of});
}

std::vector<ResultName> all_results() {
  std::vector<ResultName> names = single_results();
  const std::pair<std::string, std::string> models[]{
      {"", ""},
      {name::float_reference, " by the network without quantization"},
      {name::baseline, " by the baseline"}};
  for (const auto& [prefix, by] : models) {
    add_metrics(prefix + name::train, "on the training rows" + by, names);
    add_metrics(prefix + name::test, "on the test rows" + by, names);
  }
  add_metrics(name::simulated, "on the test rows with the noise of encryption", names);
  std::vector<ResultName> means;
  add_metrics(name::cross_validated, "on folds of the training rows, mean", means);
  for (const ResultName& mean : means) {
    names.push_back(mean);
    names.push_back(
        {mean.name + name::deviation, mean.unit, mean.meaning + ": deviation of folds"});
  }
  std::ranges::sort(names, {}, &ResultName::name);
  return names;
}

}  // namespace

std::span<const ResultName> result_names() {
  static const std::vector<ResultName> names = all_results();
  return names;
}

const ResultName* result_named(std::string_view name) {
  const auto names = result_names();
  const auto found = std::ranges::find(names, name, &ResultName::name);
  return found == names.end() ? nullptr : &*found;
}

}  // namespace basalt::pipeline
