#include "jobs/cli/passphrase.hpp"

#include "base/error.hpp"
#include "io/file/file.hpp"

namespace basalt::jobs::cli {

void add_passphrase_option(const Arguments& arguments, std::string& file) {
  arguments.option("--passphrase-file", file, "A file whose first line seals the client's key")
      .type_name("FILE");
}

std::string passphrase_of(const std::string& file) {
  if (file.empty()) return "";
  const std::string text = io::read_text(file);
  const std::string line = text.substr(0, text.find_first_of("\r\n"));
  require(!line.empty(), ErrorCode::invalid_argument, file, ": the first line is empty, expected ",
          "a passphrase");
  return line;
}

}  // namespace basalt::jobs::cli
