// Digests: the identity of every artefact.
#pragma once

#include <sodium.h>

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace basalt {

/// BLAKE2b-256 of some content; the id of a dataset, model, circuit, key, batch.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const Digest&, const Digest&) = default;

  /// 64 lower-case hexadecimal characters.
  std::string hex() const;
  /// The first 12 characters of hex(), for people.
  std::string brief() const { return hex().substr(0, 12); }
  /// Errors: invalid_argument unless `text` is 64 hexadecimal characters.
  static Digest from_hex(std::string_view text);
  bool empty() const noexcept { return *this == Digest{}; }
};

/// Collects content piece by piece. Sizes are part of the content, so that neighbours cannot be
/// confused ("ab","c" is not "a","bc").
class Hasher {
 public:
  /// `domain` separates kinds of content: "dataset", "model", ….
  explicit Hasher(std::string_view domain);

  Hasher& add(std::span<const std::uint8_t> bytes);
  Hasher& add(std::string_view text);
  Hasher& add(const char* text) { return add(std::string_view(text)); }
  Hasher& add(const Digest& digest) { return add(std::span<const std::uint8_t>(digest.bytes)); }
  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  Hasher& add(const T& value) {
    return add_raw(&value, sizeof value);
  }
  /// Adds a contiguous range of arithmetic values, with its size.
  template <class T>
    requires std::is_arithmetic_v<T>
  Hasher& add_values(std::span<const T> values) {
    add(static_cast<std::uint64_t>(values.size()));
    return add_raw(values.data(), values.size_bytes());
  }

  Digest finish();

 private:
  Hasher& add_raw(const void* memory, std::size_t size);
  crypto_generichash_state state_;
};

}  // namespace basalt
