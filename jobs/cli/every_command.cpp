#include "jobs/cli/every_command.hpp"

namespace basalt::jobs::cli {

std::vector<Command> commands() {
  return {parameters_command(), doctor_command()};
}

}  // namespace basalt::jobs::cli
