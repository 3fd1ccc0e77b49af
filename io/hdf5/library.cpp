#include "io/hdf5/library.hpp"

#include <algorithm>

namespace basalt::io::h5 {
namespace {

Handle boolean_type() {
  Handle type(H5Tenum_create(H5T_STD_I8LE), H5Tclose);
  const std::int8_t off = 0, on = 1;
  H5Tenum_insert(type.id(), "FALSE", &off);
  H5Tenum_insert(type.id(), "TRUE", &on);
  return type;
}

Handle text_type(std::size_t width) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.id(), std::max<std::size_t>(width, 1));
  H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  return type;
}

hid_t stored_number(Element element) {
  switch (element) {
    case Element::f64:
      return H5T_IEEE_F64LE;
    case Element::f32:
      return H5T_IEEE_F32LE;
    case Element::i64:
      return H5T_STD_I64LE;
    case Element::i32:
      return H5T_STD_I32LE;
    case Element::i16:
      return H5T_STD_I16LE;
    case Element::i8:
      return H5T_STD_I8LE;
    case Element::u64:
      return H5T_STD_U64LE;
    case Element::u32:
      return H5T_STD_U32LE;
    case Element::u16:
      return H5T_STD_U16LE;
    case Element::u8:
      return H5T_STD_U8LE;
    default:
      throw Error(ErrorCode::internal, "hdf5: not a number type");
  }
}

/// The innermost message of the library's error stack.
herr_t keep_deepest(unsigned, const H5E_error2_t* error, void* text) {
  if (error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
  return 0;
}

[[noreturn]] void fail(const std::string& where, const char* what, ErrorCode code) {
  std::string reason;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned n, const H5E_error2_t* error, void* text) {
        return n == 0 ? keep_deepest(n, error, text) : 0;
      },
      &reason);
  H5Eclear2(H5E_DEFAULT);
  throw Error(code, concat(where, ": cannot ", what, reason.empty() ? "" : ": ", reason));
}

}  // namespace

const char* name_of(Element element) noexcept {
  constexpr const char* names[]{"float64", "float32", "int64",  "int32", "int16",   "int8",
                                "uint64",  "uint32",  "uint16", "uint8", "boolean", "text"};
  return names[static_cast<std::size_t>(element)];
}

std::size_t width_of(Element element) noexcept {
  constexpr std::size_t widths[]{8, 4, 8, 4, 2, 1, 8, 4, 2, 1, 1, 0};
  return widths[static_cast<std::size_t>(element)];
}

Handle file_type(Element element, std::size_t text_width) {
  if (element == Element::text) return text_type(text_width);
  if (element == Element::boolean) return boolean_type();
  return Handle(H5Tcopy(stored_number(element)), H5Tclose);
}

Handle memory_type(Element element, std::size_t text_width) {
  return file_type(element, text_width);  // files are little-endian, as the machines we build for
}

Element element_of_type(hid_t type, const std::string& where) {
  if (H5Tget_class(type) == H5T_STRING) {
    require(H5Tis_variable_str(type) == 0, ErrorCode::corrupt, where,
            ": holds texts of variable length, expected fixed");
    return Element::text;
  }
  for (int i = 0; i < static_cast<int>(Element::text); ++i) {
    const auto element = static_cast<Element>(i);
    if (H5Tequal(type, file_type(element).id()) > 0) return element;
  }
  throw Error(ErrorCode::corrupt, where + ": holds elements of a type that Basalt never writes");
}

Handle own(hid_t id, herr_t (*close)(hid_t), const std::string& where, const char* what,
           ErrorCode code) {
  if (id < 0) fail(where, what, code);
  return Handle(id, close);
}

void require_success(herr_t status, const std::string& where, const char* what, ErrorCode code) {
  if (status < 0) fail(where, what, code);
}

void silence() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Handle creation_properties(hid_t property_class) {
  Handle list(H5Pcreate(property_class), H5Pclose);
  if (property_class != H5P_ATTRIBUTE_CREATE) H5Pset_obj_track_times(list.id(), false);
  return list;
}

}  // namespace basalt::io::h5
