#include "jobs/cli/every_command.hpp"

namespace basalt::jobs::cli {

std::vector<Command> commands() {
  return {generate_command(), import_command(),     split_command(),      train_command(),
          predict_command(),  compile_command(),    keygen_command(),     encrypt_command(),
          score_command(),    decrypt_command(),    sweep_command(),      report_command(),
          campaign_command(), inspect_command(),    parameters_command(), check_command(),
          doctor_command(),   estimators_command(), trial_command()};
}

}  // namespace basalt::jobs::cli
