#include "io/config/sections.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "io/config/data_section.hpp"
#include "io/config/model_section.hpp"

namespace basalt::io {
namespace {

using pipeline::GivenSettings;
using pipeline::GivenValue;

const std::vector<std::string>& known_sections() {
  static const std::vector<std::string> names{"data", "model", "baseline",
                                              "fhe",  "space", "search"};
  return names;
}

void require_known(const std::string& section, const Place& place) {
  if (section.empty() || std::ranges::count(known_sections(), section) > 0) return;
  const std::string near = nearest_name(section, known_sections());
  throw Error(ErrorCode::invalid_argument,
              concat("unknown section [", section, "]",
                     near.empty() ? "" : concat("; did you mean [", near, "]?")),
              section, place);
}

void add_entry(const std::string& file, const std::string& section, const TomlEntry& entry,
               std::map<std::string, GivenValue>& values) {
  const bool is_model = section == "model" || section == "baseline";
  if (is_model && std::holds_alternative<TomlInlineTable>(entry.value)) {
    add_model_table(entry, values);
  } else if (section == "data" && entry.key == "label") {
    values[entry.key] = label_value(file, entry);
  } else {
    values[entry.key] = given_value(file, section, entry);
  }
}

}  // namespace

GivenSettings given_settings(const TomlDocument& document) {
  GivenSettings given;
  given.file = document.file;
  for (const auto& [section, content] : document.sections) {
    require_known(section, Place{given.file, content.line});
    if (!section.empty()) given.section_lines[section] = content.line;
    if (section == "space") continue;
    for (const TomlEntry& entry : content.entries) {
      add_entry(given.file, section, entry, given.sections[section]);
    }
  }
  return given;
}

GivenValue given_value(const std::string& file, const std::string& section,
                       const TomlEntry& entry) {
  if (const auto* scalar = std::get_if<SettingValue>(&entry.value)) return {*scalar, entry.line};
  try {
    if (const auto* array = std::get_if<TomlArray>(&entry.value)) {
      return {list_setting(*array), entry.line};
    }
    throw Error(ErrorCode::invalid_argument, "a table of ranges belongs into [space]");
  } catch (const Error& error) {
    throw Error(ErrorCode::invalid_argument,
                concat("\"", entry.key, "\"", section.empty() ? "" : concat(" in [", section, "]"),
                       ": ", error.message()),
                entry.key, Place{file, entry.line});
  }
}

}  // namespace basalt::io
