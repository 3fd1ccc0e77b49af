#include "io/store/dataset_reader.hpp"

#include "io/store/dataset_store.hpp"
#include "io/store/described_store.hpp"

namespace basalt::io {
namespace {

std::size_t extent(const h5::Array& array, std::size_t dimension) {
  return static_cast<std::size_t>(array.extents()[dimension]);
}

void require_rows(const h5::Array& array, std::size_t dimensions, std::uint64_t rows) {
  require(array.extents().size() == dimensions && array.extents()[0] == rows, ErrorCode::corrupt,
          array.where(), ": does not fit ", rows, " rows");
}

Matrix<double> read_matrix(const h5::Array& array, std::size_t first, std::size_t count) {
  Matrix<double> matrix(static_cast<Eigen::Index>(count),
                        static_cast<Eigen::Index>(extent(array, 1)));
  array.read_rows(h5::Element::f64, first, count, matrix.data());
  return matrix;
}

}  // namespace

DatasetReader::DatasetReader(const std::filesystem::path& path)
    : file_(path, "dataset", format_version), features_(file_.root().open_array("features")) {
  const h5::Group& root = file_.root();
  require(features_.extents().size() == 2, ErrorCode::corrupt, features_.where(),
          ": expected rows and features");
  names_.task = root.get<learn::Task>("task");
  names_.classes = root.get_texts("classes");
  names_.feature_names = root.get_texts("feature_names");
  const learn::ImageShape shape{root.get<std::size_t>("image_height"),
                                root.get<std::size_t>("image_width"),
                                root.get<std::size_t>("image_channels")};
  if (shape.channels > 0) names_.image = shape;
  if (names_.task == learn::Task::classification) {
    require_rows(labels_.emplace(root.open_array("labels")), 1, rows());
  } else {
    require_rows(targets_.emplace(root.open_array("targets")), 2, rows());
  }
}

std::size_t DatasetReader::rows() const noexcept {
  return extent(features_, 0);
}
std::size_t DatasetReader::columns() const noexcept {
  return extent(features_, 1);
}

learn::Dataset DatasetReader::read(std::size_t first, std::size_t count) const {
  require(first <= rows() && count <= rows() - first, ErrorCode::invalid_argument,
          features_.where(), ": rows ", first, " to ", first + count, " are asked for, it has ",
          rows());
  learn::Dataset part = names_;
  part.features = read_matrix(features_, first, count);
  if (targets_) part.targets = read_matrix(*targets_, first, count);
  if (labels_) {
    part.labels.resize(count);
    labels_->read_rows(h5::Element::i32, first, count, part.labels.data());
    require_labels(part, labels_->where());
  }
  return part;
}

}  // namespace basalt::io
