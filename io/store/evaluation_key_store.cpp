#include "io/store/evaluation_key_store.hpp"

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

}  // namespace

Digest save(const tfhe::SeededEvaluationKey& key, const std::filesystem::path& path) {
  const tfhe::ParameterSpec& spec = key.parameters.spec();
  const Digest id = key.id();
  h5::FileWriter file(path);
  const h5::Group& root = file.root();
  h5::write_described(root.create_group("parameters"), spec);
  root.put_vector<std::uint8_t>("keyswitch_seed", key.keyswitch_seed, {"", "of the masks"});
  root.put_vector<std::uint8_t>("bootstrap_seed", key.bootstrap_seed, {"", "of the masks"});
  put_bodies(root, keyswitch_name, key.keyswitch_bodies,
             static_cast<std::size_t>(std::max(spec.keyswitch.levels, 0)),
             "bodies by bit of the big key and level, most significant level first");
  put_bodies(root, bootstrap_name, key.bootstrap_bodies, spec.polynomial_size,
             "body polynomials of the GGSW rows, by group of key bits");
  file.publish(
      {.noun = "evaluation_key",
       .version = format_version,
       .id = id,
       .parents = {{"client_key", key.client_key_id}, {"parameters", key.parameters.id()}}});
  return id;
}

tfhe::SeededEvaluationKey load_evaluation_key(const std::filesystem::path& path) {
  const h5::FileReader file(path, "evaluation_key", format_version);
  const h5::Group& root = file.root();
  tfhe::ParameterSpec spec;
  h5::read_described(root.open_group("parameters"), spec);
  tfhe::SeededEvaluationKey key{.parameters = tfhe::Parameters(spec),
                                .client_key_id = file.parent("client_key"),
                                .keyswitch_seed = get_seed(root, "keyswitch_seed"),
                                .bootstrap_seed = get_seed(root, "bootstrap_seed"),
                                .keyswitch_bodies = get_bodies(root, keyswitch_name),
                                .bootstrap_bodies = get_bodies(root, bootstrap_name)};
  require_id(file.identity(), key.id(), path);
  return key;
}

EvaluationKeyLayout evaluation_key_layout(const std::filesystem::path& path) {
  const h5::FileReader file(path, "evaluation_key", format_version);
  return {mapped(file.root().open_array(keyswitch_name)),
          mapped(file.root().open_array(bootstrap_name))};
}

}  // namespace basalt::io
