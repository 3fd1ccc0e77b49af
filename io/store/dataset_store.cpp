#include "io/store/dataset_store.hpp"

#include "io/store/described_store.hpp"

namespace basalt::io {

Digest save(const learn::Dataset& data, const std::filesystem::path& path) {
  return save_described("dataset", data, {}, path);
}

learn::Dataset load_dataset(const std::filesystem::path& path) {
  learn::Dataset data = load_described("dataset", learn::Dataset{}, path);
  const std::size_t rows = data.rows();
  const bool classified = data.task == learn::Task::classification;
  require(classified ? data.labels.size() == rows
                     : static_cast<std::size_t>(data.targets.rows()) == rows,
          ErrorCode::corrupt, path.string(), ": labels or targets do not fit ", rows, " rows");
  require_labels(data, path.string());
  return data;
}

void require_labels(const learn::Dataset& data, const std::string& where) {
  for (const std::int32_t label : data.labels) {
    require(label >= 0 && static_cast<std::size_t>(label) < data.classes.size(), ErrorCode::corrupt,
            where, ": label ", label, " is none of ", data.classes.size(), " classes");
  }
}

}  // namespace basalt::io
