#include "io/store/model_store.hpp"

#include "io/store/described_store.hpp"

namespace basalt::io {

Digest save(const learn::Model& model, const std::filesystem::path& path,
            const std::optional<Digest>& dataset) {
  std::vector<Parent> parents;
  if (dataset) parents.push_back({"dataset", *dataset});
  return save_described("model", model, std::move(parents), path);
}

learn::Model load_model(const std::filesystem::path& path) {
  return load_described("model", learn::Model{}, path);
}

}  // namespace basalt::io
