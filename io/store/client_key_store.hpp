// The client's secret key on disk: readable by its owner only, sealed if there is a passphrase.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/digest.hpp"
#include "tfhe/client_key.hpp"

namespace basalt::io {

/// Writes the key with mode 0600. With a passphrase its bits are sealed: XSalsa20-Poly1305
/// (secretbox of libsodium) under a key derived by Argon2id; without, they are plain.
/// Returns the key's id. Errors: not_found, io.
Digest save(const tfhe::ClientKey& key, const std::filesystem::path& path,
            std::string_view passphrase = {});

/// Errors: not_found, io; corrupt, mismatch, unsupported as verify(); invalid_argument if the key
/// is sealed and there is no passphrase; mismatch if the passphrase is wrong.
tfhe::ClientKey load_client_key(const std::filesystem::path& path,
                                std::string_view passphrase = {});

}  // namespace basalt::io
