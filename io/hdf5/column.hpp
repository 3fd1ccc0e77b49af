// Columns of tables from vectors, and vectors from the columns of a stored table.
#pragma once

#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "io/hdf5/group.hpp"

namespace basalt::io::h5 {

template <class T>
Column number_column(std::string name, std::span<const T> values) {
  Column column{std::move(name), element_of<T>(), sizeof(T), {}};
  column.values.resize(values.size_bytes());
  if (!values.empty()) std::memcpy(column.values.data(), values.data(), values.size_bytes());
  return column;
}

/// Texts padded with zeros to the longest.
Column text_column(std::string name, const std::vector<std::string>& texts);

/// The columns of a stored table, by name.
class Table {
 public:
  /// Errors: corrupt if it is missing or not a table.
  Table(const Group& group, const std::string& name);

  const std::vector<Column>& columns() const noexcept { return columns_; }
  std::size_t rows() const noexcept { return columns_.front().rows(); }
  bool has(const std::string& name) const noexcept;
  /// Errors: corrupt if the column is missing or of another type.
  std::vector<std::string> texts(const std::string& name) const;
  template <class T>
  std::vector<T> numbers(const std::string& name) const {
    const Column& column = this->column(name, element_of<T>());
    std::vector<T> values(column.rows());
    if (!values.empty()) std::memcpy(values.data(), column.values.data(), column.values.size());
    return values;
  }

 private:
  const Column& column(const std::string& name, Element expected) const;

  std::string where_;
  std::vector<Column> columns_;
};

}  // namespace basalt::io::h5
