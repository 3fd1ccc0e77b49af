#include "base/digest.hpp"

#include "base/error.hpp"

namespace basalt {

std::string Digest::hex() const {
  std::string text(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

Digest Digest::from_hex(std::string_view text) {
  Digest digest;
  std::size_t length = 0;
  const int status = sodium_hex2bin(digest.bytes.data(), digest.bytes.size(), text.data(),
                                    text.size(), nullptr, &length, nullptr);
  require(status == 0 && length == digest.bytes.size() && text.size() == 64,
          ErrorCode::invalid_argument, "digest: expected 64 hexadecimal characters, got \"", text,
          "\"");
  return digest;
}

Hasher::Hasher(std::string_view domain) {
  crypto_generichash_init(&state_, nullptr, 0, 32);
  add(domain);
}

Hasher& Hasher::add_raw(const void* memory, std::size_t size) {
  crypto_generichash_update(&state_, static_cast<const unsigned char*>(memory), size);
  return *this;
}

Hasher& Hasher::add(std::span<const std::uint8_t> bytes) {
  add(static_cast<std::uint64_t>(bytes.size()));
  return add_raw(bytes.data(), bytes.size());
}

Hasher& Hasher::add(std::string_view text) {
  add(static_cast<std::uint64_t>(text.size()));
  return add_raw(text.data(), text.size());
}

Digest Hasher::finish() {
  Digest digest;
  crypto_generichash_final(&state_, digest.bytes.data(), digest.bytes.size());
  return digest;
}

}  // namespace basalt
