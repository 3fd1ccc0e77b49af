// Types of elements that files hold, and the handle that owns an open object of HDF5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

namespace basalt::io::h5 {

/// Element types, little-endian on disk; `boolean` is h5py's enumeration FALSE, TRUE.
enum class Element { f64, f32, i64, i32, i16, i8, u64, u32, u16, u8, boolean, text };

/// Stable name: "float64", "uint8", …
const char* name_of(Element element) noexcept;
/// Bytes of one element; 0 for text, whose width is part of the type.
std::size_t width_of(Element element) noexcept;

/// The element type that stores a C++ type; enumerations as their integers.
template <class T>
consteval Element element_of() {
  if constexpr (std::is_enum_v<T>) {
    return element_of<std::underlying_type_t<T>>();
  } else if constexpr (std::is_same_v<T, bool>) {
    return Element::boolean;
  } else if constexpr (std::is_floating_point_v<T>) {
    static_assert(sizeof(T) == 8 || sizeof(T) == 4);
    return sizeof(T) == 8 ? Element::f64 : Element::f32;
  } else {
    static_assert(std::is_integral_v<T>);
    constexpr Element with_sign[]{Element::i8, Element::i16, Element::i32, Element::i64};
    constexpr Element without[]{Element::u8, Element::u16, Element::u32, Element::u64};
    constexpr std::size_t log2 = sizeof(T) == 8 ? 3 : sizeof(T) == 4 ? 2 : sizeof(T) == 2 ? 1 : 0;
    return std::is_signed_v<T> ? with_sign[log2] : without[log2];
  }
}

/// What a number means, stored beside it as attributes.
struct Notes {
  std::string units, meaning;
};

/// Owner of an identifier of the HDF5 library (its hid_t).
class Handle {
 public:
  using Closer = int (*)(std::int64_t);
  Handle() = default;
  Handle(std::int64_t id, Closer close) : id_(id), close_(close) {}
  ~Handle() { reset(); }
  Handle(Handle&& other) noexcept : id_(other.id_), close_(other.close_) { other.id_ = -1; }
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      id_ = other.id_;
      close_ = other.close_;
      other.id_ = -1;
    }
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  std::int64_t id() const noexcept { return id_; }
  bool valid() const noexcept { return id_ >= 0; }
  /// Closes now. Returns false if the library reports a failure.
  bool reset() noexcept {
    const bool sound = id_ < 0 || close_(id_) >= 0;
    id_ = -1;
    return sound;
  }

 private:
  std::int64_t id_ = -1;
  Closer close_ = nullptr;
};

}  // namespace basalt::io::h5
