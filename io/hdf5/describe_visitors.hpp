// Visitors that write described types to groups and read them back (base/describe.hpp).
//
// Numbers, texts and flags become attributes; vectors and matrices typed datasets; parts groups;
// lists groups "0000", "0001", … below one with the attribute `count`; settings a group with one
// attribute per setting.
#pragma once

#include <string>
#include <vector>

#include "base/describe.hpp"
#include "io/hdf5/group.hpp"

namespace basalt::io::h5 {

/// Units and meaning of a field, by its name; empty if there is nothing to say.
const Notes& notes_of(const std::string& field);

/// Name of the group of a list's item.
std::string item_name(std::size_t index);

void put_settings(const Group& group, const Settings& settings);
/// Errors: corrupt if a value is of no type that settings can hold.
Settings get_settings(const Group& group);
void put_digest(const Group& group, const std::string& name, const Digest& digest);
Digest get_digest(const Group& group, const std::string& name);
/// The attribute `count` of a list, checked against the groups that are there.
std::size_t get_count(const Group& list);

/// Writes every field of a described type below a group.
class Writer {
 public:
  static constexpr bool reads = false;

  explicit Writer(const Group& group) : group_(&group) {}

  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void operator()(const char* name, const T& value) { group_->put(name, value); }
  void operator()(const char* name, const Bits& bits) { group_->put(name, bits.value); }
  void operator()(const char* name, const std::string& text) { group_->put_text(name, text); }
  void operator()(const char* name, const Digest& digest) { put_digest(*group_, name, digest); }
  void operator()(const char* name, const Settings& settings) {
    put_settings(group_->create_group(name), settings);
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  void operator()(const char* name, const std::vector<T>& values) {
    group_->put_vector<T>(name, values, notes_of(name));
  }
  void operator()(const char* name, const std::vector<std::string>& texts) {
    group_->put_texts(name, texts, notes_of(name));
  }
  template <class T>
  void operator()(const char* name, const Matrix<T>& matrix) {
    group_->put_matrix(name, matrix, notes_of(name));
  }
  template <class T>
  void part(const char* name, const T& value) {
    const Group child = group_->create_group(name);
    Writer inner(child);
    describe(inner, value);
  }
  template <class T>
  void list(const char* name, const std::vector<T>& items) {
    const Group child = group_->create_group(name);
    child.put("count", static_cast<std::uint64_t>(items.size()));
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Group item = child.create_group(item_name(i));
      Writer inner(item);
      describe(inner, items[i]);
    }
  }
  bool has(const char* /*name*/, bool filled) const { return filled; }

 private:
  const Group* group_;
};

/// Fills every field of a described type from a group.
/// Errors: corrupt, naming file and path, if a field is missing or of another type.
class Reader {
 public:
  static constexpr bool reads = true;

  explicit Reader(const Group& group) : group_(&group) {}

  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void operator()(const char* name, T& value) { value = group_->get<T>(name); }
  void operator()(const char* name, Bits& bits) { bits.value = group_->get<int>(name); }
  void operator()(const char* name, std::string& text) { text = group_->get_text(name); }
  void operator()(const char* name, Digest& digest) { digest = get_digest(*group_, name); }
  void operator()(const char* name, Settings& settings) {
    settings = get_settings(group_->open_group(name));
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  void operator()(const char* name, std::vector<T>& values) {
    values = group_->get_vector<T>(name);
  }
  void operator()(const char* name, std::vector<std::string>& texts) {
    texts = group_->get_texts(name);
  }
  template <class T>
  void operator()(const char* name, Matrix<T>& matrix) {
    matrix = group_->get_matrix<T>(name);
  }
  bool has(const char* name, bool /*filled*/) const {
    return group_->has(name) || group_->has_attribute(name);
  }
  template <class T>
  void part(const char* name, T& value) {
    const Group child = group_->open_group(name);
    Reader inner(child);
    describe(inner, value);
  }
  template <class T>
  void list(const char* name, std::vector<T>& items) {
    const Group child = group_->open_group(name);
    items.clear();
    items.resize(get_count(child));
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Group item = child.open_group(item_name(i));
      Reader inner(item);
      describe(inner, items[i]);
    }
  }

 private:
  const Group* group_;
};

/// Writes a described type below `group`.
template <class T>
void write_described(const Group& group, const T& value) {
  Writer writer(group);
  describe(writer, value);
}

/// Fills `value` from `group`.
template <class T>
void read_described(const Group& group, T& value) {
  Reader reader(group);
  describe(reader, value);
}

}  // namespace basalt::io::h5
