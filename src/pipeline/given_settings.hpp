// What a recipe says, before defaults: the values of each section and their lines.
#pragma once

#include <map>
#include <string>

#include "base/error.hpp"
#include "base/settings.hpp"

namespace basalt::pipeline {

/// A value that a file gives, and where.
struct GivenValue {
  SettingValue value;
  int line = 0;
};

/// The values given per section, "" being the top level.
struct GivenSettings {
  std::string file;  ///< As the user named it; the first word of every error.
  std::map<std::string, std::map<std::string, GivenValue>> sections;
  std::map<std::string, int> section_lines;

  /// The value of a key in one section, or null if it is not given there.
  const GivenValue* find(const std::string& section, const std::string& key) const;
  /// Line of a key in one section, or of the section itself if `key` is its name; 0 if there is no
  /// such line.
  int line_of(const std::string& section, const std::string& key) const;
};

/// `error`, which arose in one section, at the line of its subject there; at the file as a whole if
/// the section does not give it. An error that has its place keeps it.
Error located(const GivenSettings& given, const std::string& section, const Error& error);

/// The same for errors that show up later, in training or compilation: at the line of the only
/// section that gives the subject. The keys of [baseline] are not looked at: they are those of
/// [model].
Error located(const GivenSettings& given, const Error& error);

}  // namespace basalt::pipeline
