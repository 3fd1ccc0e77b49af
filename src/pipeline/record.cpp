#include "pipeline/record.hpp"

namespace basalt::pipeline {

void Record::add(const Results& found) {
  for (const auto& [name, value] : found) result[name] = value;
}

Digest Record::digest() const {
  Hasher hasher("record");
  hasher.add(state).add(reason);
  hasher.add(static_cast<std::uint64_t>(result.size()));
  for (const auto& [name, value] : result) hasher.add(name).add(value);
  return hasher.add(model_id).add(circuit_id).finish();
}

}  // namespace basalt::pipeline
