// A dataset file of which some rows are read at a time, so that it may be larger than memory.
#pragma once

#include <filesystem>
#include <optional>

#include "io/hdf5/hdf5_file.hpp"
#include "learn/data/dataset.hpp"

namespace basalt::io {

class DatasetReader {
 public:
  /// Verifies the whole file once. Errors: as load_dataset; labels are checked as they are read.
  explicit DatasetReader(const std::filesystem::path& path);

  std::size_t rows() const noexcept;
  std::size_t columns() const noexcept;

  /// Rows [first, first + count) with their labels or targets, and the names of all.
  /// Errors: invalid_argument if there are no such rows; corrupt if a label is none of the classes.
  learn::Dataset read(std::size_t first, std::size_t count) const;

 private:
  h5::FileReader file_;
  h5::Array features_;
  std::optional<h5::Array> labels_, targets_;  ///< As the task has them.
  learn::Dataset names_;                       ///< Everything but the rows.
};

}  // namespace basalt::io
