// HDF5 files of Basalt: verified before the library opens them, sealed and renamed when complete.
#pragma once

#include <filesystem>
#include <string>

#include "io/checksum/envelope.hpp"
#include "io/file/file.hpp"
#include "io/hdf5/group.hpp"

namespace basalt::io::h5 {

/// A file in the making. Nothing appears under its name before publish().
class FileWriter {
 public:
  /// Errors: not_found if the folder does not exist; io.
  explicit FileWriter(const std::filesystem::path& path, Access access = Access::normal);

  /// The group "/". Groups and arrays opened from it must be gone before publish().
  const Group& root() const noexcept { return root_; }

  /// Closes the HDF5 file, hashes it, writes the block of `identity` and renames the file into
  /// place. The identity is also written to "/" as attributes, for h5py. Errors: io.
  void publish(const Identity& identity);

 private:
  Draft draft_;
  Handle file_;
  Group root_;
};

/// A file that passed verify().
class FileReader {
 public:
  /// Errors: as verify(path, noun, newest_version).
  FileReader(const std::filesystem::path& path, const std::string& noun,
             std::uint32_t newest_version);

  const Identity& identity() const noexcept { return identity_; }
  const Group& root() const noexcept { return root_; }
  /// Id of a parent. Errors: corrupt if the file does not name it.
  Digest parent(const std::string& role) const;

 private:
  std::string name_;
  Identity identity_;
  Handle file_;
  Group root_;
};

}  // namespace basalt::io::h5
