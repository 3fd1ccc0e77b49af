// TOML files as sections of plain values with line numbers; the only user of the TOML library.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/settings.hpp"
#include "pipeline/given_settings.hpp"

namespace basalt::io {

/// The elements of an array, each a scalar or a list of scalars.
using TomlArray = std::vector<SettingValue>;
/// An inline table of scalars.
using TomlInlineTable = std::map<std::string, pipeline::GivenValue>;

/// What stands right of one equals sign.
struct TomlEntry {
  std::string key;
  std::variant<SettingValue, TomlArray, TomlInlineTable> value;
  int line = 0;
};

struct TomlSection {
  std::vector<TomlEntry> entries;  ///< In the order of the file.
  int line = 0;
};

/// A parsed file: its sections by name, "" being the top level.
struct TomlDocument {
  std::string file;
  std::map<std::string, TomlSection> sections;
};

/// Errors: invalid_argument at the line of syntax errors, dates, nested tables and lists of
///         mixed types.
TomlDocument parse_toml(const std::string& text, const std::string& file);

/// A list setting of the elements: integers, reals (if any element is one) or texts.
/// Errors: invalid_argument without place if the elements are of different types.
SettingValue list_setting(const TomlArray& elements);

}  // namespace basalt::io
