#include "io/config/toml_document.hpp"

#include <toml++/toml.h>

#include <algorithm>

#include "base/error.hpp"

namespace basalt::io {
namespace {

[[noreturn]] void refuse(const std::string& file, const toml::source_region& place,
                         const std::string& message) {
  throw Error(ErrorCode::invalid_argument, message, {},
              Place{file, static_cast<int>(place.begin.line)});
}

int line_of(const toml::node& node) {
  return static_cast<int>(node.source().begin.line);
}

SettingValue scalar(const toml::node& node, const std::string& file) {
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* text = node.as_string()) return text->get();
  refuse(file, node.source(), "expected true, false, a number or a text");
}

SettingValue element(const toml::node& node, const std::string& file) {
  const toml::array* inner = node.as_array();
  if (inner == nullptr) return scalar(node, file);
  TomlArray elements;
  for (const toml::node& item : *inner) elements.push_back(scalar(item, file));
  try {
    return list_setting(elements);
  } catch (const Error& error) {
    refuse(file, node.source(), error.message());
  }
}

TomlEntry entry(const std::string& key, const toml::node& node, const std::string& file) {
  TomlEntry result{key, SettingValue{}, line_of(node)};
  if (const toml::array* array = node.as_array()) {
    TomlArray elements;
    for (const toml::node& item : *array) elements.push_back(element(item, file));
    result.value = std::move(elements);
  } else if (const toml::table* table = node.as_table()) {
    TomlInlineTable inner;
    for (const auto& [name, item] : *table) {
      inner[std::string(name.str())] = {scalar(item, file), line_of(item)};
    }
    result.value = std::move(inner);
  } else {
    result.value = scalar(node, file);
  }
  return result;
}

TomlSection section(const toml::table& table, const std::string& file) {
  TomlSection result;
  result.line = line_of(table);
  for (const auto& [name, node] : table) {
    result.entries.push_back(entry(std::string(name.str()), node, file));
  }
  // The library sorts by name; people think in lines.
  std::ranges::stable_sort(result.entries, {}, &TomlEntry::line);
  return result;
}

}  // namespace

TomlDocument parse_toml(const std::string& text, const std::string& file) {
  TomlDocument result;
  result.file = file;
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    refuse(file, error.source(), std::string(error.description()));
  }
  TomlSection& top = result.sections[""];
  for (const auto& [name, node] : root) {
    const std::string key(name.str());
    const toml::table* table = node.as_table();
    if (table != nullptr && !table->is_inline()) {
      result.sections[key] = section(*table, file);
    } else {
      top.entries.push_back(entry(key, node, file));
    }
  }
  return result;
}

SettingValue list_setting(const TomlArray& elements) {
  std::vector<std::int64_t> integers;
  std::vector<double> reals;
  std::vector<std::string> texts;
  for (const SettingValue& value : elements) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      integers.push_back(*whole);
      reals.push_back(static_cast<double>(*whole));
    } else if (const auto* number = std::get_if<double>(&value)) {
      reals.push_back(*number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      texts.push_back(*text);
    }
  }
  if (integers.size() == elements.size()) return integers;
  if (reals.size() == elements.size()) return reals;
  require(texts.size() == elements.size(), ErrorCode::invalid_argument,
          "expected a list of numbers or a list of texts");
  return texts;
}

}  // namespace basalt::io
