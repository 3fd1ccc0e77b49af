#include <algorithm>
#include <numeric>

#include "io/hdf5/group.hpp"
#include "io/hdf5/library.hpp"

namespace basalt::io::h5 {
namespace {

std::size_t row_bytes(std::span<const Column> columns) {
  return std::accumulate(columns.begin(), columns.end(), std::size_t{0},
                         [](std::size_t sum, const Column& column) { return sum + column.width; });
}

/// The packed compound type whose fields are the columns.
Handle row_type(std::span<const Column> columns, const std::string& where) {
  Handle type = own(H5Tcreate(H5T_COMPOUND, row_bytes(columns)), H5Tclose, where,
                    "create the type of a row", ErrorCode::internal);
  std::size_t at = 0;
  for (const Column& column : columns) {
    const Handle field = file_type(column.element, column.width);
    require_success(H5Tinsert(type.id(), column.name.c_str(), at, field.id()), where,
                    "name a column", ErrorCode::internal);
    at += column.width;
  }
  return type;
}

/// Copies between columns and packed rows, in either direction.
template <class Copy>
void for_each_value(std::span<Column> columns, std::size_t rows, std::vector<std::uint8_t>& packed,
                    Copy copy) {
  const std::size_t stride = row_bytes(columns);
  std::size_t at = 0;
  for (Column& column : columns) {
    for (std::size_t row = 0; row < rows; ++row) {
      copy(&column.values[row * column.width], &packed[row * stride + at], column.width);
    }
    at += column.width;
  }
}

std::vector<Column> columns_of(hid_t type, const std::string& where) {
  const int fields = H5Tget_nmembers(type);
  require(H5Tget_class(type) == H5T_COMPOUND && fields > 0, ErrorCode::corrupt, where,
          ": is not a table");
  std::vector<Column> columns;
  for (unsigned i = 0; i < static_cast<unsigned>(fields); ++i) {
    char* name = H5Tget_member_name(type, i);
    const Handle field(H5Tget_member_type(type, i), H5Tclose);
    columns.push_back({name, element_of_type(field.id(), where), H5Tget_size(field.id()), {}});
    H5free_memory(name);
  }
  return columns;
}

}  // namespace

void Group::put_table(const std::string& name, std::span<const Column> columns,
                      const Notes& notes) const {
  const std::string where = path_of(name);
  require(!columns.empty(), ErrorCode::internal, where, ": a table needs a column");
  const std::size_t rows = columns[0].rows();
  for (const Column& column : columns) {
    require(column.rows() == rows, ErrorCode::internal, where, ": column \"", column.name,
            "\" has ", column.rows(), " rows, expected ", rows);
  }
  std::vector<Column> copies(columns.begin(), columns.end());
  std::vector<std::uint8_t> packed(rows * row_bytes(columns));
  for_each_value(copies, rows, packed,
                 [](std::uint8_t* value, std::uint8_t* field, std::size_t width) {
                   std::copy_n(value, width, field);
                 });
  const Handle type = row_type(columns, where);
  const hsize_t size[]{rows};
  const Handle space(H5Screate_simple(1, size, nullptr), H5Sclose);
  const Handle properties = creation_properties(H5P_DATASET_CREATE);
  const Handle table = own(H5Dcreate2(handle_.id(), name.c_str(), type.id(), space.id(),
                                      H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                           H5Dclose, where, "create", ErrorCode::io);
  if (!notes.meaning.empty()) {
    const Handle text = file_type(Element::text, notes.meaning.size());
    const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose);
    const Handle attribute(
        H5Acreate2(table.id(), "meaning", text.id(), scalar.id(), H5P_DEFAULT, H5P_DEFAULT),
        H5Aclose);
    require_success(H5Awrite(attribute.id(), text.id(), notes.meaning.data()), where, "write",
                    ErrorCode::io);
  }
  if (rows == 0) return;
  require_success(H5Dwrite(table.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()),
                  where, "write", ErrorCode::io);
}

std::vector<Column> Group::get_table(const std::string& name) const {
  const std::string where = path_of(name);
  require(has(name) && !is_group(name), ErrorCode::corrupt, where, ": is missing or not a table");
  const Handle table = own(H5Dopen2(handle_.id(), name.c_str(), H5P_DEFAULT), H5Dclose, where,
                           "open", ErrorCode::corrupt);
  const Handle stored(H5Dget_type(table.id()), H5Tclose);
  std::vector<Column> columns = columns_of(stored.id(), where);
  const Handle space(H5Dget_space(table.id()), H5Sclose);
  const hssize_t points = H5Sget_simple_extent_npoints(space.id());
  const std::size_t width = row_bytes(columns);
  require(points >= 0 &&
              (file_bytes_ == 0 || static_cast<std::uint64_t>(points) <= file_bytes_ / width),
          ErrorCode::corrupt, where, ": claims more rows than the file has bytes");
  const auto rows = static_cast<std::size_t>(points);
  std::vector<std::uint8_t> packed(rows * width);
  const Handle type = row_type(columns, where);
  if (rows > 0) {
    require_success(H5Dread(table.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()),
                    where, "read", ErrorCode::corrupt);
  }
  for (Column& column : columns) column.values.resize(rows * column.width);
  for_each_value(columns, rows, packed,
                 [](std::uint8_t* value, std::uint8_t* field, std::size_t bytes) {
                   std::copy_n(field, bytes, value);
                 });
  return columns;
}

}  // namespace basalt::io::h5
