// Groups, arrays and attributes of an HDF5 file, with sizes checked before memory is taken.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/matrix.hpp"
#include "io/hdf5/element.hpp"

namespace basalt::io::h5 {

/// A dataset of HDF5: elements of one type, row-major and contiguous.
class Array {
 public:
  Array(Handle handle, std::string where, std::uint64_t file_bytes);

  Element element() const noexcept { return element_; }
  std::size_t element_bytes() const noexcept { return element_bytes_; }
  const std::vector<std::uint64_t>& extents() const noexcept { return extents_; }
  std::uint64_t count() const noexcept;  ///< Product of the extents.
  const std::string& where() const noexcept { return where_; }

  /// Reads everything. Errors: corrupt unless the type is `expected` and `bytes` the size.
  void read(Element expected, void* memory, std::uint64_t bytes) const;
  /// Rows [first, first + rows) of the first extent. Errors: as read; invalid_argument outside.
  void read_rows(Element expected, std::uint64_t first, std::uint64_t rows, void* memory) const;
  void write_rows(std::uint64_t first, std::uint64_t rows, const void* memory);
  /// Position of the first element in the file, for mapping. Errors: corrupt if it has none.
  std::uint64_t offset() const;
  /// Errors: corrupt unless the array has exactly these extents.
  void require_extents(std::span<const std::uint64_t> extents) const;

 private:
  Handle handle_;
  std::string where_;
  Element element_ = Element::u8;
  std::size_t element_bytes_ = 0;
  std::vector<std::uint64_t> extents_;
};

/// One column of a table: fixed-width values.
struct Column {
  std::string name;
  Element element = Element::f64;
  std::size_t width = 8;             ///< Bytes of one value.
  std::vector<std::uint8_t> values;  ///< Shape: [rows x width].
  std::size_t rows() const noexcept { return width == 0 ? 0 : values.size() / width; }
};

/// A group: named groups, arrays and tables, and attributes for scalars.
class Group {
 public:
  Group(Handle handle, std::string where, std::uint64_t file_bytes);

  /// Path for people: "model.h5:/network/0".
  const std::string& where() const noexcept { return where_; }
  /// Size of the file when it was opened: nothing in it can have more elements. 0 while writing.
  std::uint64_t file_bytes() const noexcept { return file_bytes_; }

  bool has(const std::string& name) const;  ///< A group, array or table.
  bool has_attribute(const std::string& name) const;
  std::vector<std::string> names() const;            ///< Sorted.
  std::vector<std::string> attribute_names() const;  ///< Sorted.
  bool is_group(const std::string& name) const;

  Group create_group(const std::string& name) const;
  /// Errors: corrupt if it is absent.
  Group open_group(const std::string& name) const;

  Array create_array(const std::string& name, Element element,
                     std::span<const std::uint64_t> extents, const Notes& notes = {}) const;
  Array open_array(const std::string& name) const;
  /// Creates and writes.
  void put_array(const std::string& name, Element element, std::span<const std::uint64_t> extents,
                 const void* memory, const Notes& notes = {}) const;

  /// Attributes. Texts over 32 KiB become scalar datasets. Errors: corrupt if absent or of another
  /// type.
  void put_scalar(const std::string& name, Element element, const void* memory) const;
  void get_scalar(const std::string& name, Element element, void* memory) const;
  Element scalar_element(const std::string& name) const;
  void put_text(const std::string& name, const std::string& text) const;
  std::string get_text(const std::string& name) const;

  /// One-dimensional arrays of texts, padded with zeros to the longest.
  void put_texts(const std::string& name, const std::vector<std::string>& texts,
                 const Notes& notes = {}) const;
  std::vector<std::string> get_texts(const std::string& name) const;

  /// A table: one row per item, a compound type with one field per column. All columns have the
  /// same number of rows.
  void put_table(const std::string& name, std::span<const Column> columns,
                 const Notes& notes = {}) const;
  std::vector<Column> get_table(const std::string& name) const;

  template <class T>
  void put(const std::string& name, const T& value) const {
    put_scalar(name, element_of<T>(), &value);
  }
  template <class T>
  T get(const std::string& name) const {
    T value{};
    get_scalar(name, element_of<T>(), &value);
    return value;
  }
  template <class T>
  void put_vector(const std::string& name, std::span<const T> values,
                  const Notes& notes = {}) const {
    const std::uint64_t extents[]{values.size()};
    put_array(name, element_of<T>(), extents, values.data(), notes);
  }
  template <class T>
  std::vector<T> get_vector(const std::string& name) const {
    const Array array = open_array(name);
    require(array.extents().size() == 1, ErrorCode::corrupt, array.where(), ": has ",
            array.extents().size(), " dimensions, expected 1");
    std::vector<T> values(static_cast<std::size_t>(array.count()));
    array.read(element_of<T>(), values.data(), values.size() * sizeof(T));
    return values;
  }
  template <class T>
  void put_matrix(const std::string& name, const Matrix<T>& matrix, const Notes& notes = {}) const {
    const std::uint64_t extents[]{static_cast<std::uint64_t>(matrix.rows()),
                                  static_cast<std::uint64_t>(matrix.cols())};
    put_array(name, element_of<T>(), extents, matrix.data(), notes);
  }
  template <class T>
  Matrix<T> get_matrix(const std::string& name) const {
    const Array array = open_array(name);
    require(array.extents().size() == 2, ErrorCode::corrupt, array.where(), ": has ",
            array.extents().size(), " dimensions, expected 2");
    Matrix<T> matrix(static_cast<Eigen::Index>(array.extents()[0]),
                     static_cast<Eigen::Index>(array.extents()[1]));
    array.read(element_of<T>(), matrix.data(),
               static_cast<std::uint64_t>(matrix.size()) * sizeof(T));
    return matrix;
  }

 private:
  std::string path_of(const std::string& name) const { return where_ + "/" + name; }

  Handle handle_;
  std::string where_;
  std::uint64_t file_bytes_;
};

}  // namespace basalt::io::h5
