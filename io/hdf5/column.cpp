#include "io/hdf5/column.hpp"

#include <algorithm>

namespace basalt::io::h5 {

Column text_column(std::string name, const std::vector<std::string>& texts) {
  std::size_t width = 1;
  for (const std::string& text : texts) width = std::max(width, text.size());
  Column column{std::move(name), Element::text, width, {}};
  column.values.resize(width * texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::copy(texts[i].begin(), texts[i].end(),
              column.values.begin() + static_cast<std::ptrdiff_t>(i * width));
  }
  return column;
}

Table::Table(const Group& group, const std::string& name)
    : where_(group.where() + "/" + name), columns_(group.get_table(name)) {}

bool Table::has(const std::string& name) const noexcept {
  return std::ranges::find(columns_, name, &Column::name) != columns_.end();
}

const Column& Table::column(const std::string& name, Element expected) const {
  const auto found = std::ranges::find(columns_, name, &Column::name);
  require(found != columns_.end(), ErrorCode::corrupt, where_, ": has no column \"", name, "\"");
  require(found->element == expected, ErrorCode::corrupt, where_, ": column \"", name, "\" holds ",
          name_of(found->element), ", expected ", name_of(expected));
  return *found;
}

std::vector<std::string> Table::texts(const std::string& name) const {
  const Column& column = this->column(name, Element::text);
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < column.rows(); ++row) {
    const auto* first = reinterpret_cast<const char*>(&column.values[row * column.width]);
    texts.emplace_back(first, ::strnlen(first, column.width));
  }
  return texts;
}

}  // namespace basalt::io::h5
