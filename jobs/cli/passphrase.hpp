// The option --passphrase-file, shared by the commands that open a client key.
#pragma once

#include <string>

#include "jobs/cli/arguments.hpp"

namespace basalt::jobs::cli {

void add_passphrase_option(const Arguments& arguments, std::string& file);

/// The first line of the file; empty if no file is named. Errors: not_found; invalid_argument if
/// the line is empty.
std::string passphrase_of(const std::string& file);

}  // namespace basalt::jobs::cli
