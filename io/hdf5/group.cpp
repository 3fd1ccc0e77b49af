#include "io/hdf5/group.hpp"

#include <algorithm>

#include "io/hdf5/library.hpp"

namespace basalt::io::h5 {
namespace {

constexpr std::size_t most_attribute_bytes = 32768;  // HDF5 allows 64 KiB with its own header

/// Writes a text attribute of an open object.
void attach_text(hid_t object, const std::string& name, const std::string& text,
                 const std::string& where) {
  const Handle type = file_type(Element::text, text.size());
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute =
      own(H5Acreate2(object, name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT),
          H5Aclose, where, "create an attribute", ErrorCode::io);
  const std::string padded = text.empty() ? std::string(1, '\0') : text;
  require_success(H5Awrite(attribute.id(), type.id(), padded.data()), where, "write",
                  ErrorCode::io);
}

void attach_notes(hid_t object, const Notes& notes, const std::string& where) {
  if (!notes.units.empty()) attach_text(object, "units", notes.units, where);
  if (!notes.meaning.empty()) attach_text(object, "meaning", notes.meaning, where);
}

herr_t collect_link(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}
herr_t collect_attribute(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

Handle open_attribute(hid_t object, const std::string& name, const std::string& where) {
  require(H5Aexists(object, name.c_str()) > 0, ErrorCode::corrupt, where, ": is missing");
  return own(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, where, "open",
             ErrorCode::corrupt);
}

void require_scalar(const Handle& attribute, const std::string& where) {
  const Handle space(H5Aget_space(attribute.id()), H5Sclose);
  require(H5Sget_simple_extent_npoints(space.id()) == 1, ErrorCode::corrupt, where,
          ": is not a single value");
}

Element element_of_attribute(const Handle& attribute, const std::string& where) {
  const Handle type(H5Aget_type(attribute.id()), H5Tclose);
  return element_of_type(type.id(), where);
}

void strip_padding(std::string& text) {
  text.resize(text.find_last_not_of('\0') + 1);
}

}  // namespace

Group::Group(Handle handle, std::string where, std::uint64_t file_bytes)
    : handle_(std::move(handle)), where_(std::move(where)), file_bytes_(file_bytes) {}

bool Group::has(const std::string& name) const {
  return H5Lexists(handle_.id(), name.c_str(), H5P_DEFAULT) > 0;
}

bool Group::has_attribute(const std::string& name) const {
  return H5Aexists(handle_.id(), name.c_str()) > 0;
}

std::vector<std::string> Group::names() const {
  std::vector<std::string> names;
  require_success(
      H5Literate(handle_.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_link, &names), where_,
      "list", ErrorCode::corrupt);
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> Group::attribute_names() const {
  std::vector<std::string> names;
  require_success(
      H5Aiterate2(handle_.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_attribute, &names),
      where_, "list", ErrorCode::corrupt);
  std::ranges::sort(names);
  return names;
}

bool Group::is_group(const std::string& name) const {
  H5O_info_t info;
  return has(name) &&
         H5Oget_info_by_name2(handle_.id(), name.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT) >=
             0 &&
         info.type == H5O_TYPE_GROUP;
}

Group Group::create_group(const std::string& name) const {
  const Handle properties = creation_properties(H5P_GROUP_CREATE);
  return Group(
      own(H5Gcreate2(handle_.id(), name.c_str(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
          H5Gclose, path_of(name), "create", ErrorCode::io),
      path_of(name), file_bytes_);
}

Group Group::open_group(const std::string& name) const {
  require(is_group(name), ErrorCode::corrupt, path_of(name), ": is missing or not a group");
  return Group(own(H5Gopen2(handle_.id(), name.c_str(), H5P_DEFAULT), H5Gclose, path_of(name),
                   "open", ErrorCode::corrupt),
               path_of(name), file_bytes_);
}

Array Group::create_array(const std::string& name, Element element,
                          std::span<const std::uint64_t> extents, const Notes& notes) const {
  const std::vector<hsize_t> sizes(extents.begin(), extents.end());
  const Handle space(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr),
                     H5Sclose);
  const Handle properties = creation_properties(H5P_DATASET_CREATE);
  // Space is taken at once, so that the layout depends on the order of creation only.
  H5Pset_alloc_time(properties.id(), H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time(properties.id(), H5D_FILL_TIME_NEVER);
  Handle array = own(H5Dcreate2(handle_.id(), name.c_str(), file_type(element).id(), space.id(),
                                H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                     H5Dclose, path_of(name), "create", ErrorCode::io);
  attach_notes(array.id(), notes, path_of(name));
  return Array(std::move(array), path_of(name), 0);
}

Array Group::open_array(const std::string& name) const {
  require(has(name) && !is_group(name), ErrorCode::corrupt, path_of(name),
          ": is missing or not an array");
  return Array(own(H5Dopen2(handle_.id(), name.c_str(), H5P_DEFAULT), H5Dclose, path_of(name),
                   "open", ErrorCode::corrupt),
               path_of(name), file_bytes_);
}

void Group::put_array(const std::string& name, Element element,
                      std::span<const std::uint64_t> extents, const void* memory,
                      const Notes& notes) const {
  Array array = create_array(name, element, extents, notes);
  array.write_rows(0, extents[0], memory);
}

void Group::put_scalar(const std::string& name, Element element, const void* memory) const {
  const Handle type = file_type(element);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute =
      own(H5Acreate2(handle_.id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT),
          H5Aclose, path_of(name), "create", ErrorCode::io);
  require_success(H5Awrite(attribute.id(), memory_type(element).id(), memory), path_of(name),
                  "write", ErrorCode::io);
}

Element Group::scalar_element(const std::string& name) const {
  return element_of_attribute(open_attribute(handle_.id(), name, path_of(name)), path_of(name));
}

void Group::get_scalar(const std::string& name, Element element, void* memory) const {
  const std::string where = path_of(name);
  const Handle attribute = open_attribute(handle_.id(), name, where);
  const Element stored = element_of_attribute(attribute, where);
  require(stored == element, ErrorCode::corrupt, where, ": holds ", h5::name_of(stored),
          ", expected ", h5::name_of(element));
  require_scalar(attribute, where);
  require_success(H5Aread(attribute.id(), memory_type(element).id(), memory), where, "read",
                  ErrorCode::corrupt);
}

void Group::put_text(const std::string& name, const std::string& text) const {
  if (text.size() <= most_attribute_bytes) {
    attach_text(handle_.id(), name, text, path_of(name));
  } else {
    put_texts(name, {text});
  }
}

std::string Group::get_text(const std::string& name) const {
  const std::string where = path_of(name);
  if (!has_attribute(name) && has(name)) {
    const std::vector<std::string> texts = get_texts(name);
    require(texts.size() == 1, ErrorCode::corrupt, where, ": is not a single text");
    return texts.front();
  }
  const Handle attribute = open_attribute(handle_.id(), name, where);
  const Handle type(H5Aget_type(attribute.id()), H5Tclose);
  require(element_of_type(type.id(), where) == Element::text, ErrorCode::corrupt, where,
          ": is not a text");
  require_scalar(attribute, where);
  std::string text(H5Tget_size(type.id()), '\0');
  require_success(
      H5Aread(attribute.id(), memory_type(Element::text, text.size()).id(), text.data()), where,
      "read", ErrorCode::corrupt);
  strip_padding(text);
  return text;
}

void Group::put_texts(const std::string& name, const std::vector<std::string>& texts,
                      const Notes& notes) const {
  std::size_t width = 1;
  for (const std::string& text : texts) width = std::max(width, text.size());
  std::string padded(width * texts.size(), '\0');
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i].copy(&padded[i * width], width);
  const Handle type = file_type(Element::text, width);
  const hsize_t size[]{texts.size()};
  const Handle space(H5Screate_simple(1, size, nullptr), H5Sclose);
  const Handle properties = creation_properties(H5P_DATASET_CREATE);
  const Handle array = own(H5Dcreate2(handle_.id(), name.c_str(), type.id(), space.id(),
                                      H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                           H5Dclose, path_of(name), "create", ErrorCode::io);
  attach_notes(array.id(), notes, path_of(name));
  if (texts.empty()) return;
  require_success(H5Dwrite(array.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, padded.data()),
                  path_of(name), "write", ErrorCode::io);
}

std::vector<std::string> Group::get_texts(const std::string& name) const {
  const Array array = open_array(name);
  require(array.extents().size() == 1, ErrorCode::corrupt, array.where(),
          ": is not a list of texts");
  const std::size_t width = array.element_bytes();
  std::string padded(static_cast<std::size_t>(array.count()) * width, '\0');
  array.read(Element::text, padded.data(), padded.size());
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < padded.size(); at += width) {
    texts.push_back(padded.substr(at, width));
    strip_padding(texts.back());
  }
  return texts;
}

}  // namespace basalt::io::h5
