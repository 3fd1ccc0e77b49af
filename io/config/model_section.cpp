#include "io/config/model_section.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "io/config/resolve_beside.hpp"
#include "io/store/model_store.hpp"
#include "pipeline/make_recipe.hpp"

namespace basalt::io {

void add_model_table(const TomlEntry& entry, std::map<std::string, pipeline::GivenValue>& values) {
  const auto& table = std::get<TomlInlineTable>(entry.value);
  if (entry.key != "class_weight") {
    for (const auto& [name, item] : table) values[entry.key + "__" + name] = item;
    return;
  }
  const auto text_of = [](const auto& item) {
    return concat(item.first, ": ", to_text(item.second.value));
  };
  values[entry.key] = {joined(table, ", ", text_of), entry.line};
}

std::optional<learn::Model> load_trained_model(const pipeline::GivenSettings& given) {
  namespace fs = std::filesystem;
  const std::optional<std::string> file = pipeline::trained_file(given);
  if (!file) return std::nullopt;
  const std::string beside = resolve_beside(given.file, *file);
  // A sweep keeps the model next to its copy of the campaign, whatever folder it came from.
  const std::string own = resolve_beside(given.file, fs::path(*file).filename().string());
  try {
    return load_model(fs::exists(beside) ? beside : own);
  } catch (const Error& error) {
    throw pipeline::located(given, "model", Error(error.code(), error.message(), "file"));
  }
}

}  // namespace basalt::io
