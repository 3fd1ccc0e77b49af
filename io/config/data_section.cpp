#include "io/config/data_section.hpp"

#include "base/error.hpp"
#include "io/config/sections.hpp"

namespace basalt::io {

pipeline::GivenValue label_value(const std::string& file, const TomlEntry& entry) {
  const pipeline::GivenValue given = given_value(file, "data", entry);
  std::string list;
  const auto append = [&](const std::string& column) {
    if (column.find(',') != std::string::npos) {
      throw Error(
          ErrorCode::invalid_argument,
          concat("\"label\": the name \"", column, "\" has a comma; give the column's position"),
          entry.key, Place{file, entry.line});
    }
    list += (list.empty() ? "" : ",") + column;
  };
  if (const auto* names = std::get_if<std::vector<std::string>>(&given.value)) {
    for (const std::string& name : *names) append(name);
  } else if (const auto* places = std::get_if<std::vector<std::int64_t>>(&given.value)) {
    for (const std::int64_t place : *places) append(to_text(SettingValue(place)));
  }
  return list.empty() ? given : pipeline::GivenValue{list, entry.line};
}

void replace_source(pipeline::GivenSettings& given, const std::string& data_file) {
  auto& data = given.sections["data"];
  for (const char* key : {"csv", "generate", "rows", "draw", "test_rows"}) data.erase(key);
  data["file"] = {data_file, 0};
}

}  // namespace basalt::io
