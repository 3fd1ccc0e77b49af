#include "io/file/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace basalt::io {
namespace {

constexpr int attempts_at_a_name = 10000;

bool is_interrupted() {
  return errno == EINTR;
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

/// A fresh hidden file beside `target`. The name holds the process id, and O_EXCL decides between
/// processes of several machines that share a folder.
Descriptor create_beside(const std::filesystem::path& target, Access access,
                         std::filesystem::path& path) {
  const mode_t mode = access == Access::secret ? 0600 : 0666;
  for (int attempt = 0; attempt < attempts_at_a_name; ++attempt) {
    path = folder_of(target) /
           concat(".", target.filename().string(), ".", ::getpid(), "-", attempt, ".tmp");
    const int number = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (number >= 0) return Descriptor(number);
    if (errno != EEXIST && !is_interrupted()) break;
  }
  throw system_error(target, "create");
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (number_ >= 0) ::close(number_);
    number_ = other.number_;
    other.number_ = -1;
  }
  return *this;
}

Error system_error(const std::filesystem::path& path, std::string_view what) {
  const int number = errno;
  const bool absent = number == ENOENT || number == ENOTDIR;
  return Error(absent ? ErrorCode::not_found : ErrorCode::io,
               concat(path.string(), ": cannot ", what, ": ", std::strerror(number)),
               path.string());
}

Descriptor open_for_reading(const std::filesystem::path& path) {
  int number = -1;
  do {
    number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  } while (number < 0 && is_interrupted());
  if (number < 0) throw system_error(path, "open");
  Descriptor file(number);
  struct stat status {};
  if (::fstat(number, &status) != 0) throw system_error(path, "examine");
  require(!S_ISDIR(status.st_mode), ErrorCode::io, path.string(), ": is a folder, expected a file");
  return file;
}

void read_at(const Descriptor& file, const std::filesystem::path& path, std::uint64_t position,
             std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t done =
        ::pread(file.number(), bytes.data(), bytes.size(), static_cast<off_t>(position));
    if (done < 0 && is_interrupted()) continue;
    if (done < 0) throw system_error(path, "read");
    require(done > 0, ErrorCode::corrupt, path.string(), ": ends at byte ", position, ", ",
            bytes.size(), " more were expected");
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    position += static_cast<std::uint64_t>(done);
  }
}

void write_at(const Descriptor& file, const std::filesystem::path& path, std::uint64_t position,
              std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t done =
        ::pwrite(file.number(), bytes.data(), bytes.size(), static_cast<off_t>(position));
    if (done < 0 && is_interrupted()) continue;
    if (done < 0) throw system_error(path, "write");
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    position += static_cast<std::uint64_t>(done);
  }
}

std::uint64_t size_of(const Descriptor& file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) throw system_error(path, "examine");
  return static_cast<std::uint64_t>(status.st_size);
}

std::vector<std::uint8_t> read_bytes(const std::filesystem::path& path) {
  const Descriptor file = open_for_reading(path);
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint8_t> block(std::size_t{1} << 16);
  for (;;) {  // to the end rather than by size: pipes and files of /proc have none
    const ssize_t done = ::read(file.number(), block.data(), block.size());
    if (done < 0 && is_interrupted()) continue;
    if (done < 0) throw system_error(path, "read");
    if (done == 0) return bytes;
    bytes.insert(bytes.end(), block.begin(), block.begin() + done);
  }
}

std::string read_text(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = read_bytes(path);
  return {bytes.begin(), bytes.end()};
}

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.number() < 0) throw system_error(folder, "open");
  // Some network file systems refuse to sync a folder; their renames are durable already.
  if (::fsync(handle.number()) != 0 && errno != EINVAL && errno != ENOTSUP) {
    throw system_error(folder, "sync");
  }
}

void make_folder(const std::filesystem::path& folder) {
  const std::filesystem::path plain = folder.filename().empty() ? folder.parent_path() : folder;
  const std::filesystem::path above = folder_of(plain);
  if (!std::filesystem::exists(above)) make_folder(above);
  std::error_code status;
  const bool made = std::filesystem::create_directory(plain, status);
  require(!status, ErrorCode::io, folder.string(), ": cannot make the folder: ", status.message());
  // What was there before may lie in a folder that this user cannot open.
  if (made || ::access(above.c_str(), R_OK) == 0) sync_folder(above);
}

Draft::Draft(std::filesystem::path target, Access access)
    : target_(std::move(target)), file_(create_beside(target_, access, path_)) {}

Draft::~Draft() {
  if (!published_) ::unlink(path_.c_str());
}

void Draft::publish() {
  if (::fsync(file_.number()) != 0) throw system_error(target_, "sync");
  if (::rename(path_.c_str(), target_.c_str()) != 0) throw system_error(target_, "replace");
  published_ = true;
  sync_folder(folder_of(target_));
}

void publish(const std::filesystem::path& target, std::span<const std::uint8_t> content,
             Access access) {
  Draft draft(target, access);
  write_at(draft.descriptor(), target, 0, content);
  draft.publish();
}

void publish(const std::filesystem::path& target, std::string_view content, Access access) {
  publish(target, std::span(reinterpret_cast<const std::uint8_t*>(content.data()), content.size()),
          access);
}

bool is_draft_name(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with(".") && name.ends_with(".tmp");
}

}  // namespace basalt::io
