// `basalt check`: every checksum and id below a folder; nothing is changed.
#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "io/checksum/envelope.hpp"
#include "io/file/file.hpp"
#include "io/journal/journal.hpp"
#include "jobs/cli/every_command.hpp"

namespace basalt::jobs::cli {
namespace {

namespace fs = std::filesystem;

/// Files of a folder that carry a checksum; texts for people do not.
bool is_checked(const fs::path& file) {
  static const std::set<std::string> checked = {".h5", ".key"};
  return (checked.contains(file.extension()) || io::is_journal_name(file)) &&
         !io::is_draft_name(file);
}

/// Errors: corrupt if a checksum fails, or an object is not the one that its name says.
void verify(const fs::path& file) {
  if (io::is_journal_name(file)) {
    io::check_journal(file);
    return;
  }
  const io::Identity identity = io::verify(file);
  const std::string stem = file.stem();
  const bool named_by_id =
      stem.size() == 64 && stem.find_first_not_of("0123456789abcdef") == std::string::npos;
  require(!named_by_id || stem == identity.id.hex(), ErrorCode::corrupt, file.string(),
          ": holds another object, ", identity.id.brief());
}

std::vector<fs::path> files_of(const std::vector<std::string>& names) {
  std::vector<fs::path> files;
  for (const std::string& name : names) {
    require(fs::exists(name), ErrorCode::not_found, name, ": no such file or folder");
    if (!fs::is_directory(name)) {
      files.emplace_back(name);
      continue;
    }
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(name)) {
      if (entry.is_regular_file() && is_checked(entry.path())) files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

Exit check(const std::vector<std::string>& names, Context& context) {
  const std::vector<fs::path> files = files_of(names);
  Progress progress(context.console(), "files", files.size());
  Json damaged = Json::array();
  for (std::size_t i = 0; i < files.size(); ++i) {
    try {
      verify(files[i]);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::corrupt) throw;
      damaged.push_back({{"file", files[i].string()}, {"reason", error.what()}});
    }
    progress.at(i + 1);
  }
  context.answer({{"files", files.size()}, {"damaged", damaged}});
  if (damaged.empty()) return Exit::done;
  context.console().warn(concat("basalt: check: ", damaged.size(), " of ", files.size(),
                                " files are damaged, the first is ",
                                damaged[0]["file"].get<std::string>(), "; nothing was changed"));
  return Exit::damaged;
}

Action define(const Arguments& arguments) {
  auto names = std::make_shared<std::vector<std::string>>();
  arguments.option("names", *names, "Files and folders").required().type_name("DIR|FILE");
  return [names](Context& context) { return check(*names, context); };
}

}  // namespace

Command check_command() {
  return {.name = "check",
          .summary = "Verify every checksum and id; nothing is changed",
          .example = "basalt check digits",
          .uses = {},
          .define = define};
}

}  // namespace basalt::jobs::cli
