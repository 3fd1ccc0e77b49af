// Files on disk: read whole, appear complete or not at all, readable by their owner only if asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace basalt::io {

/// Who may read a published file.
enum class Access {
  normal,  ///< Everybody the process's mask allows.
  secret   ///< The owner only, from the first byte.
};

/// An open file descriptor; closed when it goes out of scope.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const noexcept { return number_; }

 private:
  int number_ = -1;
};

/// The error of a failed system call, from errno: `PATH: cannot WHAT: reason`.
Error system_error(const std::filesystem::path& path, std::string_view what);

/// Opens for reading. Errors: not_found if there is no such file; io, also for a folder.
Descriptor open_for_reading(const std::filesystem::path& path);

/// Errors: not_found, io.
std::vector<std::uint8_t> read_bytes(const std::filesystem::path& path);
std::string read_text(const std::filesystem::path& path);

/// Reads exactly `bytes.size()` bytes from `position`. Errors: corrupt if the file ends before.
void read_at(const Descriptor& file, const std::filesystem::path& path, std::uint64_t position,
             std::span<std::uint8_t> bytes);
/// Errors: io.
void write_at(const Descriptor& file, const std::filesystem::path& path, std::uint64_t position,
              std::span<const std::uint8_t> bytes);
std::uint64_t size_of(const Descriptor& file, const std::filesystem::path& path);

/// Makes a folder's entries durable. Errors: io.
void sync_folder(const std::filesystem::path& folder);

/// Makes a folder and those above it that are missing. When it returns, it survives a power cut,
/// also if another process has just made it. Errors: io.
void make_folder(const std::filesystem::path& folder);

/// A file in the making, beside its final place: written under a temporary name (hidden, ending in
/// ".tmp"), removed unless it is published.
class Draft {
 public:
  /// Errors: not_found if the folder does not exist; io.
  Draft(std::filesystem::path target, Access access = Access::normal);
  ~Draft();
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }
  const std::filesystem::path& target() const noexcept { return target_; }
  const Descriptor& descriptor() const noexcept { return file_; }

  /// fsync, rename over the target, fsync of the folder. Errors: io.
  void publish();

 private:
  std::filesystem::path target_, path_;
  Descriptor file_;
  bool published_ = false;
};

/// Writes a whole file by a Draft. Errors: as Draft.
void publish(const std::filesystem::path& target, std::span<const std::uint8_t> content,
             Access access = Access::normal);
void publish(const std::filesystem::path& target, std::string_view content,
             Access access = Access::normal);

/// True for the temporary names of drafts, which a killed process may leave behind.
bool is_draft_name(const std::filesystem::path& path);

}  // namespace basalt::io
