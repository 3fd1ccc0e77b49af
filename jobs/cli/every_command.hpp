// One factory per command; each lives in a file of its name.
#pragma once

#include "jobs/cli/command.hpp"

namespace basalt::jobs::cli {

Command generate_command();
Command parameters_command();
Command doctor_command();

}  // namespace basalt::jobs::cli
