// One description of a type's fields, used to hash, store and load it.
//
// A type takes part by a free function template beside it,
//
//   template <class Visitor>
//   void describe(Visitor& visit, MaybeConst<Thing> auto& thing);
//
// that calls
//
//   visit("weights", thing.weights);       for a leaf,
//   visit.part("input", thing.input);      for a described type,
//   visit.list("layers", thing.layers);    for a vector of a described type,
//
// and, for a field that files of earlier versions lack,
//
//   if (visit.has("state", !thing.state.empty())) visit.part("state", thing.state);
//
// Hashers and writers give it a const thing, readers a mutable one. What is stored in another form
// than it is held has a half for readers only, which makes the thing from what was read:
//
//   if constexpr (Visitor::reads) thing.items = items_from(columns);
//
// Leaves: bool, integers, floating point, enums, Bits, std::string, Digest, Settings, std::vector
// of arithmetic type or std::string, Matrix<double, float, int64, int32>. Names are part of the
// file format and of ids: do not change them.
#pragma once

#include <concepts>
#include <string>
#include <type_traits>
#include <vector>

#include "base/digest.hpp"
#include "base/matrix.hpp"
#include "base/settings.hpp"
#include "base/strong.hpp"

namespace basalt {

/// `Thing` or `const Thing`: the two that one describe() serves.
template <class T, class Thing>
concept MaybeConst = std::same_as<std::remove_const_t<T>, Thing>;

/// Visitor that feeds every field, with its name, to a Hasher.
class HashVisitor {
 public:
  static constexpr bool reads = false;  ///< Whether the visitor fills what it visits.

  explicit HashVisitor(Hasher& hasher) : hasher_(hasher) {}

  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void operator()(const char* name, const T& value) { hasher_.add(name).add(value); }
  void operator()(const char* name, const Bits& bits) { hasher_.add(name).add(bits.value); }
  void operator()(const char* name, const std::string& text) { hasher_.add(name).add(text); }
  void operator()(const char* name, const Digest& digest) { hasher_.add(name).add(digest); }
  void operator()(const char* name, const Settings& settings) {
    hasher_.add(name);
    for (const auto& [key, value] : settings.values()) hasher_.add(key).add(to_text(value));
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  void operator()(const char* name, const std::vector<T>& values) {
    hasher_.add(name).add_values(std::span<const T>(values));
  }
  void operator()(const char* name, const std::vector<std::string>& texts) {
    hasher_.add(name).add(static_cast<std::uint64_t>(texts.size()));
    for (const std::string& text : texts) hasher_.add(text);
  }
  template <class T>
  void operator()(const char* name, const Matrix<T>& matrix) {
    hasher_.add(name).add(matrix.rows()).add(matrix.cols());
    hasher_.add_values(std::span<const T>(matrix.data(), static_cast<std::size_t>(matrix.size())));
  }
  template <class T>
  void part(const char* name, const T& value) {
    hasher_.add(name);
    describe(*this, value);
  }
  template <class T>
  void list(const char* name, const std::vector<T>& items) {
    hasher_.add(name).add(static_cast<std::uint64_t>(items.size()));
    for (const T& item : items) describe(*this, item);
  }
  /// Whether a later field takes part: here and for writers, if it is `filled`; for readers, if the
  /// file has it. So content without it keeps the id and the file that it always had.
  bool has(const char* /*name*/, bool filled) const { return filled; }

 private:
  Hasher& hasher_;
};

/// Digest of a described type. `domain` names its kind: "model", "circuit", ….
template <class T>
Digest digest_of(std::string_view domain, const T& value) {
  Hasher hasher(domain);
  HashVisitor visitor(hasher);
  describe(visitor, value);
  return hasher.finish();
}

}  // namespace basalt
