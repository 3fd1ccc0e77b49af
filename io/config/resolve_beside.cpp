#include "io/config/resolve_beside.hpp"

#include <filesystem>

namespace basalt::io {

std::string resolve_beside(const std::string& recipe_path, const std::string& named_path) {
  namespace fs = std::filesystem;
  if (named_path.empty() || fs::path(named_path).is_absolute() || fs::exists(named_path)) {
    return named_path;
  }
  const fs::path beside = fs::path(recipe_path).parent_path() / named_path;
  return fs::exists(beside) ? beside.string() : named_path;
}

void resolve_files(pipeline::GivenSettings& given, const std::string& recipe_path) {
  const std::pair<const char*, const char*> keys[] = {
      {"data", "file"}, {"data", "csv"}, {"data", "test_file"}, {"model", "file"}};
  for (const auto& [section, key] : keys) {
    const auto owner = given.sections.find(section);
    if (owner == given.sections.end()) continue;
    const auto found = owner->second.find(key);
    if (found == owner->second.end()) continue;
    if (auto* text = std::get_if<std::string>(&found->second.value)) {
      *text = resolve_beside(recipe_path, *text);
    }
  }
}

}  // namespace basalt::io
