// One description of a type's fields, used to hash, store and load it.
//
// A type takes part by a free function template beside it, describe(visit, thing), that calls
//
//   visit("weights", thing.weights);       for a leaf,
//   visit.part("input", thing.input);      for a described type,
//   visit.list("layers", thing.layers);    for a vector of a described type,
//
// and, for a field that files of earlier versions lack,
//
//   if (visit.has("state", !thing.state.empty())) visit.part("state", thing.state);
//
// Leaves: bool, integers, floating point, enums, Bits, std::string, Digest, Settings, std::vector
// of arithmetic type or std::string, Matrix<double, float, int64, int32>. Names are part of the
// file format and of ids: do not change them. The function takes a mutable object because readers
// fill it; writers and hashers go through a const_cast in one place, their own entry point.
#pragma once

#include <string>
#include <type_traits>
#include <vector>

#include "base/digest.hpp"
#include "base/matrix.hpp"
#include "base/settings.hpp"
#include "base/strong.hpp"

namespace basalt {

/// Visitor that feeds every field, with its name, to a Hasher.
class HashVisitor {
 public:
  explicit HashVisitor(Hasher& hasher) : hasher_(hasher) {}

  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void operator()(const char* name, T& value) {
    hasher_.add(name).add(value);
  }
  void operator()(const char* name, Bits& bits) { hasher_.add(name).add(bits.value); }
  void operator()(const char* name, std::string& text) { hasher_.add(name).add(text); }
  void operator()(const char* name, Digest& digest) { hasher_.add(name).add(digest); }
  void operator()(const char* name, Settings& settings) {
    hasher_.add(name);
    for (const auto& [key, value] : settings.values()) hasher_.add(key).add(to_text(value));
  }
  template <class T>
    requires std::is_arithmetic_v<T>
  void operator()(const char* name, std::vector<T>& values) {
    hasher_.add(name).add_values(std::span<const T>(values));
  }
  void operator()(const char* name, std::vector<std::string>& texts) {
    hasher_.add(name).add(static_cast<std::uint64_t>(texts.size()));
    for (const std::string& text : texts) hasher_.add(text);
  }
  template <class T>
  void operator()(const char* name, Matrix<T>& matrix) {
    hasher_.add(name).add(matrix.rows()).add(matrix.cols());
    hasher_.add_values(std::span<const T>(matrix.data(), static_cast<std::size_t>(matrix.size())));
  }
  template <class T>
  void part(const char* name, T& value) {
    hasher_.add(name);
    describe(*this, value);
  }
  template <class T>
  void list(const char* name, std::vector<T>& items) {
    hasher_.add(name).add(static_cast<std::uint64_t>(items.size()));
    for (T& item : items) describe(*this, item);
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
  describe(visitor, const_cast<T&>(value));  // hashing changes nothing; see the head of the file
  return hasher.finish();
}

}  // namespace basalt
