#include "io/store/client_key_store.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/random.hpp"
#include "io/store/described_store.hpp"

namespace basalt::io {
namespace {

using SecretBytes = SecretVector<std::uint8_t>;

/// Most work and memory that a file may ask of Argon2id: four times what this version writes.
constexpr std::uint64_t most_passes = 4 * crypto_pwhash_OPSLIMIT_MODERATE;
constexpr std::uint64_t most_memory = std::uint64_t{4} * crypto_pwhash_MEMLIMIT_MODERATE;

/// What the sealing key is derived with; stored in clear.
struct Derivation {
  std::array<std::uint8_t, crypto_pwhash_SALTBYTES> salt{};
  std::array<std::uint8_t, crypto_secretbox_NONCEBYTES> nonce{};
  std::uint64_t passes = crypto_pwhash_OPSLIMIT_MODERATE;
  std::uint64_t memory_bytes = crypto_pwhash_MEMLIMIT_MODERATE;
};

Derivation draw_derivation() {
  Derivation derivation;
  const MaskSeed salt = SecureRandom::mask_seed(), nonce = SecureRandom::mask_seed();
  std::copy_n(salt.begin(), derivation.salt.size(), derivation.salt.begin());
  std::copy_n(nonce.begin(), derivation.nonce.size(), derivation.nonce.begin());
  return derivation;
}

SecretBytes sealing_key(const Derivation& derivation, std::string_view passphrase) {
  SecretBytes key(crypto_secretbox_KEYBYTES);
  require(crypto_pwhash(key.data(), key.size(), passphrase.data(), passphrase.size(),
                        derivation.salt.data(), derivation.passes,
                        static_cast<std::size_t>(derivation.memory_bytes),
                        crypto_pwhash_ALG_ARGON2ID13) == 0,
          ErrorCode::io, "client key: not enough memory to derive the sealing key, ",
          derivation.memory_bytes >> 20, " MiB are needed");
  return key;
}

std::size_t bits_in(const tfhe::Parameters& stage) {
  return stage.n() + stage.big_dimension();
}

/// Bits of all keys of a chain.
std::size_t bits_in(const tfhe::ParameterChain& parameters) {
  std::size_t bits = 0;
  for (std::size_t i = 0; i < parameters.stage_count(); ++i) bits += bits_in(parameters.stage(i));
  return bits;
}

/// All keys as one byte per bit, stage by stage, the small one first.
SecretBytes bits_of(const tfhe::ClientKey& key) {
  SecretBytes bits(bits_in(key.parameters()));
  std::size_t at = 0;
  for (std::size_t i = 0; i < key.stage_count(); ++i) {
    for (const std::uint64_t bit : key.stage(i).lwe()) bits[at++] = static_cast<std::uint8_t>(bit);
    for (const std::uint64_t bit : key.stage(i).glwe()) bits[at++] = static_cast<std::uint8_t>(bit);
  }
  return bits;
}

tfhe::ClientKey key_from(const SecretBytes& bits, const tfhe::ParameterChain& parameters,
                         const Digest& id) {
  require(bits.size() == bits_in(parameters), ErrorCode::corrupt, "client key: has ", bits.size(),
          " bits, the parameters expect ", bits_in(parameters));
  std::vector<tfhe::SecretStageKeys> stages;
  std::size_t at = 0;
  for (std::size_t i = 0; i < parameters.stage_count(); ++i) {
    const tfhe::Parameters& stage = parameters.stage(i);
    SecretVector<std::uint64_t> lwe(stage.n()), glwe(stage.big_dimension());
    for (std::uint64_t& word : lwe) word = bits[at++];
    for (std::uint64_t& word : glwe) word = bits[at++];
    stages.emplace_back(stage, std::move(lwe), std::move(glwe));
  }
  return tfhe::ClientKey(std::move(stages), id);
}

void put_bits(const h5::Group& group, std::span<const std::uint8_t> lwe,
              std::span<const std::uint8_t> glwe) {
  group.put_vector<std::uint8_t>("lwe", lwe, {"bit", "SECRET: the small LWE key"});
  group.put_vector<std::uint8_t>("glwe", glwe,
                                 {"bit", "SECRET: the GLWE key, k polynomials of N bits"});
}

void put_plain(const h5::Group& root, const tfhe::ClientKey& key) {
  const SecretBytes bits = bits_of(key);
  std::span<const std::uint8_t> rest(bits.data(), bits.size());
  for (std::size_t i = 0; i < key.stage_count(); ++i) {
    const std::size_t small = key.stage(i).lwe().size(), big = key.stage(i).glwe().size();
    const auto lwe = rest.first(small), glwe = rest.subspan(small, big);
    if (i == 0) {
      put_bits(root, lwe, glwe);
    } else {
      put_bits(root.create_group(later_keys_group(i)), lwe, glwe);
    }
    rest = rest.subspan(small + big);
  }
}

void get_bits(const h5::Group& group, const tfhe::Parameters& stage, std::uint8_t* to) {
  group.open_array("lwe").read(h5::Element::u8, to, stage.n());
  group.open_array("glwe").read(h5::Element::u8, to + stage.n(), stage.big_dimension());
}

SecretBytes get_plain(const h5::Group& root, const tfhe::ParameterChain& parameters) {
  SecretBytes bits(bits_in(parameters));
  std::uint8_t* to = bits.data();
  for (std::size_t i = 0; i < parameters.stage_count(); ++i) {
    const tfhe::Parameters& stage = parameters.stage(i);
    if (i == 0) {
      get_bits(root, stage, to);
    } else {
      get_bits(root.open_group(later_keys_group(i)), stage, to);
    }
    to += bits_in(stage);
  }
  return bits;
}

void put_sealed(const h5::Group& root, const tfhe::ClientKey& key, std::string_view passphrase) {
  const Derivation derivation = draw_derivation();
  const SecretBytes bits = bits_of(key), sealing = sealing_key(derivation, passphrase);
  std::vector<std::uint8_t> box(bits.size() + crypto_secretbox_MACBYTES);
  crypto_secretbox_easy(box.data(), bits.data(), bits.size(), derivation.nonce.data(),
                        sealing.data());
  root.put_vector<std::uint8_t>("salt", derivation.salt, {"", "of Argon2id"});
  root.put_vector<std::uint8_t>("nonce", derivation.nonce, {"", "of XSalsa20-Poly1305"});
  root.put("argon2id_passes", derivation.passes);
  root.put("argon2id_memory_bytes", derivation.memory_bytes);
  root.put_vector<std::uint8_t>("box", box, {"", "all keys, one byte per bit, sealed"});
}

template <std::size_t size>
void get_fixed(const h5::Group& root, const char* name, std::array<std::uint8_t, size>& bytes) {
  root.open_array(name).read(h5::Element::u8, bytes.data(), size);
}

SecretBytes get_sealed(const h5::Group& root, std::string_view passphrase) {
  require(!passphrase.empty(), ErrorCode::invalid_argument, root.where(),
          " the key is sealed, give its passphrase with --passphrase-file");
  Derivation derivation;
  get_fixed(root, "salt", derivation.salt);
  get_fixed(root, "nonce", derivation.nonce);
  derivation.passes = root.get<std::uint64_t>("argon2id_passes");
  derivation.memory_bytes = root.get<std::uint64_t>("argon2id_memory_bytes");
  require(derivation.passes <= most_passes && derivation.memory_bytes <= most_memory,
          ErrorCode::unsupported, root.where(), " the key's sealing asks for ", derivation.passes,
          " passes over ", derivation.memory_bytes >> 20, " MiB, more than this version allows");
  const auto box = root.get_vector<std::uint8_t>("box");
  require(box.size() >= crypto_secretbox_MACBYTES, ErrorCode::corrupt, root.where(),
          " the sealed box is too short");
  const SecretBytes sealing = sealing_key(derivation, passphrase);
  SecretBytes bits(box.size() - crypto_secretbox_MACBYTES);
  require(crypto_secretbox_open_easy(bits.data(), box.data(), box.size(), derivation.nonce.data(),
                                     sealing.data()) == 0,
          ErrorCode::mismatch, root.where(), " the passphrase is wrong");
  return bits;
}

}  // namespace

Digest save(const tfhe::ClientKey& key, const std::filesystem::path& path,
            std::string_view passphrase) {
  require(sodium_init() >= 0, ErrorCode::internal, "libsodium does not start");
  h5::FileWriter file(path, Access::secret);
  put_parameters(file.root(), key.parameters());
  file.root().put("sealed", !passphrase.empty());
  if (passphrase.empty()) {
    put_plain(file.root(), key);
  } else {
    put_sealed(file.root(), key, passphrase);
  }
  file.publish({.noun = "client_key",
                .version = version_for(key.parameters()),
                .id = key.id(),
                .parents = {{"parameters", key.parameters().id()}}});
  return key.id();
}

tfhe::ClientKey load_client_key(const std::filesystem::path& path, std::string_view passphrase) {
  require(sodium_init() >= 0, ErrorCode::internal, "libsodium does not start");
  const h5::FileReader file(path, "client_key", chain_version);
  const tfhe::ParameterChain parameters = get_parameters(file.root());
  const SecretBytes bits = file.root().get<bool>("sealed") ? get_sealed(file.root(), passphrase)
                                                           : get_plain(file.root(), parameters);
  return key_from(bits, parameters, file.identity().id);
}

}  // namespace basalt::io
