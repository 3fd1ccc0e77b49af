#include "io/store/evaluation_key_store.hpp"

#include <algorithm>

#include "io/store/described_store.hpp"

namespace basalt::io {
namespace {

constexpr const char* keyswitch_name = "keyswitch_bodies";
constexpr const char* bootstrap_name = "bootstrap_bodies";

std::vector<tfhe::Torus> get_bodies(const h5::Group& root, const char* name) {
  const h5::Array array = root.open_array(name);
  std::vector<tfhe::Torus> words(static_cast<std::size_t>(array.count()));
  array.read(h5::Element::u64, words.data(), words.size() * sizeof(tfhe::Torus));
  return words;
}

void put_bodies(const h5::Group& root, const char* name, std::span<const tfhe::Torus> words,
                std::size_t columns, const char* meaning) {
  const std::uint64_t extents[]{columns == 0 ? 0 : words.size() / columns, columns};
  require(extents[0] * columns == words.size(), ErrorCode::invalid_argument, name, ": has ",
          words.size(), " words, expected a multiple of ", columns);
  root.put_array(name, h5::Element::u64, extents, words.data(), {"torus * 2^64", meaning});
}

MaskSeed get_seed(const h5::Group& root, const char* name) {
  MaskSeed seed{};
  root.open_array(name).read(h5::Element::u8, seed.data(), seed.size());
  return seed;
}

MappedWords mapped(const h5::Array& array) {
  return {array.count() == 0 ? 0 : array.offset(), array.count()};
}

void put_keys(const h5::Group& group, const tfhe::SeededStageKeys& keys,
              const tfhe::ParameterSpec& spec) {
  group.put_vector<std::uint8_t>("keyswitch_seed", keys.keyswitch_seed, {"", "of the masks"});
  group.put_vector<std::uint8_t>("bootstrap_seed", keys.bootstrap_seed, {"", "of the masks"});
  put_bodies(group, keyswitch_name, keys.keyswitch_bodies,
             static_cast<std::size_t>(std::max(spec.keyswitch.levels, 0)),
             "bodies by bit of the big key and level, most significant level first");
  put_bodies(group, bootstrap_name, keys.bootstrap_bodies, spec.polynomial_size,
             "body polynomials of the GGSW rows, by group of key bits");
}

tfhe::SeededStageKeys get_keys(const h5::Group& group) {
  return {.keyswitch_seed = get_seed(group, "keyswitch_seed"),
          .bootstrap_seed = get_seed(group, "bootstrap_seed"),
          .keyswitch_bodies = get_bodies(group, keyswitch_name),
          .bootstrap_bodies = get_bodies(group, bootstrap_name)};
}

}  // namespace

Digest save(const tfhe::SeededEvaluationKey& key, const std::filesystem::path& path) {
  const Digest id = key.id();
  h5::FileWriter file(path);
  put_parameters(file.root(), key.parameters);
  put_keys(file.root(), key.stages.front(), key.parameters.stage(0).spec());
  for (std::size_t i = 1; i < key.stages.size(); ++i) {
    put_keys(file.root().create_group(later_keys_group(i)), key.stages[i],
             key.parameters.stage(i).spec());
  }
  file.publish(
      {.noun = "evaluation_key",
       .version = version_for(key.parameters),
       .id = id,
       .parents = {{"client_key", key.client_key_id}, {"parameters", key.parameters.id()}}});
  return id;
}

tfhe::SeededEvaluationKey load_evaluation_key(const std::filesystem::path& path) {
  const h5::FileReader file(path, "evaluation_key", chain_version);
  const h5::Group& root = file.root();
  tfhe::SeededEvaluationKey key{get_parameters(root), file.parent("client_key"), {get_keys(root)}};
  for (std::size_t i = 1; i < key.parameters.stage_count(); ++i) {
    key.stages.push_back(get_keys(root.open_group(later_keys_group(i))));
  }
  require_id(file.identity(), key.id(), path);
  return key;
}

tfhe::EvaluationKeyHeader load_evaluation_key_header(const std::filesystem::path& path) {
  const h5::FileReader file(path, "evaluation_key", chain_version);
  return {get_parameters(file.root()), file.identity().id, file.parent("client_key")};
}

EvaluationKeyLayout evaluation_key_layout(const std::filesystem::path& path) {
  const h5::FileReader file(path, "evaluation_key", chain_version);
  return {mapped(file.root().open_array(keyswitch_name)),
          mapped(file.root().open_array(bootstrap_name))};
}

}  // namespace basalt::io
