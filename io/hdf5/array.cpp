#include <algorithm>
#include <array>
#include <limits>

#include "io/hdf5/group.hpp"
#include "io/hdf5/library.hpp"

namespace basalt::io::h5 {
namespace {

constexpr int most_dimensions = 4;

std::vector<std::uint64_t> extents_of(hid_t dataset, const std::string& where) {
  const Handle space =
      own(H5Dget_space(dataset), H5Sclose, where, "read its shape", ErrorCode::corrupt);
  const int dimensions = H5Sget_simple_extent_ndims(space.id());
  require(dimensions >= 0 && dimensions <= most_dimensions, ErrorCode::corrupt, where, ": has ",
          dimensions, " dimensions, expected at most ", most_dimensions);
  std::array<hsize_t, most_dimensions> sizes{};
  H5Sget_simple_extent_dims(space.id(), sizes.data(), nullptr);
  return {sizes.begin(), sizes.begin() + dimensions};
}

/// Product of the extents and the width, refused before it can overflow or exceed the file.
void require_plausible(const std::vector<std::uint64_t>& extents, std::size_t width,
                       std::uint64_t file_bytes, const std::string& where) {
  std::uint64_t left = (file_bytes == 0 ? std::numeric_limits<std::uint64_t>::max() : file_bytes) /
                       std::max<std::uint64_t>(width, 1);
  for (const std::uint64_t extent : extents) {
    if (extent == 0) return;
    left /= extent;
  }
  require(left > 0, ErrorCode::corrupt, where, ": claims more elements than the file has bytes");
}

}  // namespace

Array::Array(Handle handle, std::string where, std::uint64_t file_bytes)
    : handle_(std::move(handle)), where_(std::move(where)) {
  extents_ = extents_of(handle_.id(), where_);
  const Handle type =
      own(H5Dget_type(handle_.id()), H5Tclose, where_, "read its type", ErrorCode::corrupt);
  element_ = element_of_type(type.id(), where_);
  element_bytes_ = H5Tget_size(type.id());
  require_plausible(extents_, element_bytes_, file_bytes, where_);
}

std::uint64_t Array::count() const noexcept {
  std::uint64_t product = 1;
  for (const std::uint64_t extent : extents_) product *= extent;
  return product;
}

void Array::read(Element expected, void* memory, std::uint64_t bytes) const {
  require(element_ == expected, ErrorCode::corrupt, where_, ": holds ", name_of(element_),
          ", expected ", name_of(expected));
  require(bytes == count() * element_bytes_, ErrorCode::corrupt, where_, ": has ",
          count() * element_bytes_, " bytes, expected ", bytes);
  if (bytes == 0) return;
  const Handle type = memory_type(element_, element_bytes_);
  require_success(H5Dread(handle_.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, memory), where_,
                  "read", ErrorCode::corrupt);
}

namespace {

/// The selection of whole rows in the file and the shape of the memory.
struct Rows {
  Handle file, memory;
};

Rows select_rows(hid_t dataset, const std::vector<std::uint64_t>& extents, std::uint64_t first,
                 std::uint64_t rows, const std::string& where) {
  require(!extents.empty() && first <= extents[0] && rows <= extents[0] - first,
          ErrorCode::invalid_argument, where, ": rows ", first, " to ", first + rows,
          " are asked for, it has ", extents.empty() ? 0 : extents[0]);
  std::vector<hsize_t> start(extents.size(), 0), count(extents.begin(), extents.end());
  start[0] = first;
  count[0] = rows;
  Rows selection{
      Handle(H5Dget_space(dataset), H5Sclose),
      Handle(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose)};
  require_success(H5Sselect_hyperslab(selection.file.id(), H5S_SELECT_SET, start.data(), nullptr,
                                      count.data(), nullptr),
                  where, "select rows", ErrorCode::internal);
  return selection;
}

bool is_empty(const std::vector<std::uint64_t>& extents, std::uint64_t rows) {
  for (std::size_t i = 1; i < extents.size(); ++i) rows *= extents[i];
  return rows == 0;
}

}  // namespace

void Array::read_rows(Element expected, std::uint64_t first, std::uint64_t rows,
                      void* memory) const {
  require(element_ == expected, ErrorCode::corrupt, where_, ": holds ", name_of(element_),
          ", expected ", name_of(expected));
  const Rows selection = select_rows(handle_.id(), extents_, first, rows, where_);
  if (is_empty(extents_, rows)) return;
  const Handle type = memory_type(element_, element_bytes_);
  require_success(H5Dread(handle_.id(), type.id(), selection.memory.id(), selection.file.id(),
                          H5P_DEFAULT, memory),
                  where_, "read", ErrorCode::corrupt);
}

void Array::write_rows(std::uint64_t first, std::uint64_t rows, const void* memory) {
  const Rows selection = select_rows(handle_.id(), extents_, first, rows, where_);
  if (is_empty(extents_, rows)) return;
  const Handle type = memory_type(element_, element_bytes_);
  require_success(H5Dwrite(handle_.id(), type.id(), selection.memory.id(), selection.file.id(),
                           H5P_DEFAULT, memory),
                  where_, "write", ErrorCode::io);
}

std::uint64_t Array::offset() const {
  const haddr_t position = H5Dget_offset(handle_.id());
  require(position != HADDR_UNDEF, ErrorCode::corrupt, where_, ": is not contiguous in the file");
  return position;
}

void Array::require_extents(std::span<const std::uint64_t> extents) const {
  if (std::ranges::equal(extents_, extents)) return;
  const auto shape = [](std::span<const std::uint64_t> sizes) {
    std::string text;
    for (const std::uint64_t size : sizes) text += (text.empty() ? "" : " x ") + concat(size);
    return text;
  };
  throw Error(ErrorCode::corrupt,
              concat(where_, ": has shape ", shape(extents_), ", expected ", shape(extents)));
}

}  // namespace basalt::io::h5
