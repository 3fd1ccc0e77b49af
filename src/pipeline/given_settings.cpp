#include "pipeline/given_settings.hpp"

#include <algorithm>
#include <vector>

namespace basalt::pipeline {

const GivenValue* GivenSettings::find(const std::string& section, const std::string& key) const {
  const auto values = sections.find(section);
  if (values == sections.end()) return nullptr;
  const auto found = values->second.find(key);
  return found == values->second.end() ? nullptr : &found->second;
}

int GivenSettings::line_of(const std::string& section, const std::string& key) const {
  if (const GivenValue* given = find(section, key)) return given->line;
  const auto own = section_lines.find(section);
  return own != section_lines.end() && section == key ? own->second : 0;
}

Error located(const GivenSettings& given, const std::string& section, const Error& error) {
  return located(error, Place{given.file, given.line_of(section, error.subject())});
}

Error located(const GivenSettings& given, const Error& error) {
  std::vector<int> lines;
  for (const auto& [section, values] : given.sections) {
    if (section != "baseline" && values.contains(error.subject())) {
      lines.push_back(values.at(error.subject()).line);
    }
  }
  if (lines.size() == 1) return located(error, Place{given.file, lines.front()});
  const int section_line = lines.empty() ? given.line_of(error.subject(), error.subject()) : 0;
  return located(error, Place{given.file, section_line});
}

}  // namespace basalt::pipeline
