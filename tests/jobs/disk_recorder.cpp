// Preloaded into a program, writes down every change of the disk below BASALT_DISK_ROOT, in order,
// into the file BASALT_DISK_TRACE: for disk_trace.hpp.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>

#include "disk_trace.hpp"

namespace {

using basalt::testing_support::DiskChange;

std::mutex order;  // what is done first is written down first

template <class Function>
Function original(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool is_watched(const std::string& path) {
  static const char* root = std::getenv("BASALT_DISK_ROOT");
  return root != nullptr && path.starts_with(root);
}

std::string path_of(int file) {
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = readlink(link.c_str(), path, sizeof path);
  return size > 0 ? std::string(path, static_cast<std::size_t>(size)) : "";
}

void note(char kind, const std::string& path, const std::string& target = {}, off_t at = 0,
          const void* bytes = nullptr, std::size_t size = 0) {
  static const int trace = static_cast<int>(
      syscall(SYS_open, std::getenv("BASALT_DISK_TRACE"), O_WRONLY | O_CREAT | O_APPEND, 0644));
  DiskChange::Head head;
  head.kind = kind;
  head.path = path.size();
  head.target = target.size();
  head.at = static_cast<std::uint64_t>(at);
  head.size = size;
  std::string line(reinterpret_cast<const char*>(&head), sizeof head);
  line += path + target;
  if (size > 0) line.append(static_cast<const char*>(bytes), size);
  if (syscall(SYS_write, trace, line.data(), line.size()) < 0) std::abort();
}

int open_and_note(const char* name, const char* path, int flags, mode_t mode) {
  using Open = int (*)(const char*, int, ...);
  const auto next = original<Open>(name);
  if ((flags & (O_CREAT | O_TRUNC)) == 0) return next(path, flags, mode);
  const std::lock_guard lock(order);
  struct stat status {};
  const bool existed = stat(path, &status) == 0;
  const int file = next(path, flags, mode);
  if (file < 0 || !is_watched(path_of(file))) return file;
  if (!existed) note('c', path_of(file));
  if (existed && (flags & O_TRUNC) != 0) note('t', path_of(file));
  return file;
}

ssize_t note_write(int file, const void* bytes, ssize_t size, off_t at) {
  const std::string path = path_of(file);
  if (size > 0 && is_watched(path)) {
    note('w', path, {}, at, bytes, static_cast<std::size_t>(size));
  }
  return size;
}

int note_sync(int file, int status) {
  const std::string path = path_of(file);
  if (status == 0 && is_watched(path)) note('s', path);
  return status;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_and_note("open", path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_and_note("open64", path, flags, mode);
}

ssize_t write(int file, const void* bytes, size_t size) {
  static const auto next = original<ssize_t (*)(int, const void*, size_t)>("write");
  const std::lock_guard lock(order);
  const ssize_t done = next(file, bytes, size);
  return note_write(file, bytes, done, lseek(file, 0, SEEK_CUR) - (done > 0 ? done : 0));
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  static const auto next = original<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  const std::lock_guard lock(order);
  return note_write(file, bytes, next(file, bytes, size, at), at);
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  static const auto next = original<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  const std::lock_guard lock(order);
  return note_write(file, bytes, next(file, bytes, size, at), at);
}

int ftruncate(int file, off_t size) noexcept {
  static const auto next = original<int (*)(int, off_t)>("ftruncate");
  const std::lock_guard lock(order);
  const int status = next(file, size);
  if (status == 0 && is_watched(path_of(file))) note('l', path_of(file), {}, size);
  return status;
}

int ftruncate64(int file, off64_t size) noexcept {
  return ftruncate(file, size);
}

int fsync(int file) {
  static const auto next = original<int (*)(int)>("fsync");
  const std::lock_guard lock(order);
  return note_sync(file, next(file));
}

int fdatasync(int file) {
  static const auto next = original<int (*)(int)>("fdatasync");
  const std::lock_guard lock(order);
  return note_sync(file, next(file));
}

int rename(const char* from, const char* to) noexcept {
  static const auto next = original<int (*)(const char*, const char*)>("rename");
  const std::lock_guard lock(order);
  const int status = next(from, to);
  if (status == 0 && is_watched(to)) note('r', from, to);
  return status;
}

int unlink(const char* path) noexcept {
  static const auto next = original<int (*)(const char*)>("unlink");
  const std::lock_guard lock(order);
  const int status = next(path);
  if (status == 0 && is_watched(path)) note('u', path);
  return status;
}

int mkdir(const char* path, mode_t mode) noexcept {
  static const auto next = original<int (*)(const char*, mode_t)>("mkdir");
  const std::lock_guard lock(order);
  const int status = next(path, mode);
  if (status == 0 && is_watched(path)) note('d', path);
  return status;
}

}  // extern "C"
