// The option --passphrase-file, shared by the commands that open a client key.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "tfhe/keys.hpp"

namespace basalt::jobs::cli {

void add_passphrase_option(CLI::App& app, std::string& file);

/// The first line of the file; empty if no file is named. Errors: not_found; invalid_argument if
/// the line is empty.
std::string passphrase_of(const std::string& file);

}  // namespace basalt::jobs::cli
