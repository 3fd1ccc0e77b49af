#include "io/import/idx.hpp"

#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "io/import/gzip.hpp"

namespace basalt::io {
namespace {

/// An array of bytes with its extents.
struct ByteArray {
  std::vector<std::size_t> extents;
  std::string content;  ///< The whole file; elements start at `start`.
  std::size_t start = 0;
  std::uint8_t operator[](std::size_t i) const {
    return static_cast<std::uint8_t>(content[start + i]);
  }
};

std::size_t big_endian(const std::string& content, std::size_t position) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<std::uint8_t>(content[position + i]);
  }
  return value;
}

ByteArray read_array(const std::filesystem::path& path, std::size_t dimensions) {
  ByteArray array;
  array.content = read_maybe_compressed(path);
  array.start = 4 + 4 * dimensions;
  require(array.content.size() >= array.start, ErrorCode::corrupt, path.string(), ": has ",
          array.content.size(), " bytes, expected an IDX header of ", array.start);
  // Two zero bytes, the element type (8: unsigned byte), the number of dimensions.
  const std::size_t magic = big_endian(array.content, 0);
  require(magic == (0x0800 | dimensions), ErrorCode::corrupt, path.string(), ": begins with ",
          magic, ", expected ", 0x0800 | dimensions, " (IDX, bytes in ", dimensions,
          " dimensions)");
  std::size_t elements = 1;
  for (std::size_t i = 0; i < dimensions; ++i) {
    array.extents.push_back(big_endian(array.content, 4 + 4 * i));
    require(array.extents.back() > 0 && array.extents.back() <= array.content.size(),
            ErrorCode::corrupt, path.string(), ": extent ", i, " is ", array.extents.back(),
            ", more than the file holds or 0");
    elements *= array.extents.back();
  }
  require(array.content.size() == array.start + elements, ErrorCode::corrupt, path.string(),
          ": holds ", array.content.size() - array.start, " elements, its header says ", elements);
  return array;
}

}  // namespace

learn::Dataset import_idx(const std::filesystem::path& images_path,
                          const std::filesystem::path& labels_path) {
  const ByteArray images = read_array(images_path, 3);
  const ByteArray labels = read_array(labels_path, 1);
  require(images.extents[0] == labels.extents[0], ErrorCode::mismatch, images_path.string(),
          " has ", images.extents[0], " images, ", labels_path.string(), " has ", labels.extents[0],
          " labels");

  learn::Dataset data;
  data.task = learn::Task::classification;
  data.image = learn::ImageShape{images.extents[1], images.extents[2], 1};
  const std::size_t pixels = images.extents[1] * images.extents[2];
  data.features.resize(static_cast<Eigen::Index>(images.extents[0]),
                       static_cast<Eigen::Index>(pixels));
  double* feature = data.features.data();
  for (std::size_t i = 0; i < images.extents[0] * pixels; ++i) feature[i] = images[i] / 255.0;

  std::map<std::uint8_t, std::int32_t> index;
  for (std::size_t i = 0; i < labels.extents[0]; ++i) index.emplace(labels[i], 0);
  for (auto& [label, position] : index) {
    position = static_cast<std::int32_t>(data.classes.size());
    data.classes.push_back(std::to_string(label));
  }
  for (std::size_t i = 0; i < labels.extents[0]; ++i) data.labels.push_back(index.at(labels[i]));
  return data;
}

}  // namespace basalt::io
