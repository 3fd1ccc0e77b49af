// One factory per command; each lives in a file of its name.
#pragma once

#include "jobs/cli/command.hpp"

namespace basalt::jobs::cli {

Command generate_command();
Command import_command();
Command split_command();
Command train_command();
Command predict_command();
Command compile_command();
Command keygen_command();
Command encrypt_command();
Command decrypt_command();
Command score_command();
Command sweep_command();
Command trial_command();
Command report_command();
Command campaign_command();
Command inspect_command();
Command parameters_command();
Command check_command();
Command doctor_command();
Command estimators_command();

}  // namespace basalt::jobs::cli
