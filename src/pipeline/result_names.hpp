// The names of what runs find: one table with units and meanings.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace basalt::pipeline {

/// One result of a run.
struct ResultName {
  std::string name;
  std::string unit;  ///< "1" of pure numbers.
  std::string meaning;
};

/// Every result that a run can have, in alphabetical order.
std::span<const ResultName> result_names();

/// The entry of a name; null if runs have no such result.
const ResultName* result_named(std::string_view name);

/// The names themselves, for those who write and read results.
namespace result_name {

// Metrics. A prefix says of which model and on which rows.
inline constexpr char accuracy[] = "accuracy";
inline constexpr char r2[] = "r2";
inline constexpr char mse[] = "mse";

inline constexpr char train[] = "train_";
inline constexpr char test[] = "test_";
inline constexpr char simulated[] = "simulated_";
inline constexpr char float_reference[] = "float_";  ///< With train_ or test_ after it.
inline constexpr char baseline[] = "baseline_";      ///< With train_ or test_ after it.
inline constexpr char cross_validated[] = "cv_";
inline constexpr char deviation[] = "_std";  ///< Behind the name of a mean.

inline constexpr char test_accuracy[] = "test_accuracy";
inline constexpr char test_r2[] = "test_r2";
inline constexpr char valid_accuracy[] = "valid_accuracy";
inline constexpr char epochs[] = "epochs";

// Against the integers of the clear circuit.
inline constexpr char agreement[] = "agreement";
inline constexpr char label_agreement[] = "label_agreement";
inline constexpr char executed_rows[] = "executed_rows";
inline constexpr char mismatches[] = "mismatches";
inline constexpr char executed_label_agreement[] = "executed_label_agreement";

// The price of a circuit.
inline constexpr char pbs_per_row[] = "pbs_per_row";
inline constexpr char baseline_pbs_per_row[] = "baseline_pbs_per_row";
inline constexpr char pbs_per_tree[] = "pbs_per_tree";
inline constexpr char max_bits[] = "max_bits";
inline constexpr char log2_p_error[] = "log2_p_error";
inline constexpr char security_bits[] = "security_bits";
inline constexpr char predicted_seconds_per_row[] = "predicted_seconds_per_row";
inline constexpr char evaluation_key_bytes[] = "evaluation_key_bytes";
inline constexpr char ciphertext_bytes_per_row[] = "ciphertext_bytes_per_row";

}  // namespace result_name

}  // namespace basalt::pipeline
