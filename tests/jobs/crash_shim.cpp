// Preloaded into a program, kills it at its n-th change of the disk. BASALT_CRASH_AT is n; 0 only
// counts and leaves the number in the file BASALT_CRASH_COUNT. A write that is hit is torn: half of
// it arrives. With BASALT_CRASH_COMMAND only processes whose first argument is that word count,
// with BASALT_CRASH_ONCE only the first of them dies: the one that can make that file.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

std::atomic<long> calls = 0;

long crash_at() {
  static const char* text = std::getenv("BASALT_CRASH_AT");
  return text != nullptr ? std::atol(text) : 0;
}

/// Whether this process is one of those that are meant.
bool is_meant() {
  const char* wanted = std::getenv("BASALT_CRASH_COMMAND");
  if (wanted == nullptr) return true;
  char words[4096] = {};
  const int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  const ssize_t size = read(file, words, sizeof words - 1);
  close(file);
  const std::size_t first = std::strlen(words) + 1;
  return size > static_cast<ssize_t>(first) && std::strcmp(words + first, wanted) == 0;
}

/// Whether no other process has died here before.
bool is_first() {
  const char* path = std::getenv("BASALT_CRASH_ONCE");
  return path == nullptr || open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600) >= 0;
}

bool hit() {
  static const bool meant = is_meant();
  return meant && ++calls == crash_at() && is_first();
}

[[noreturn]] void die() {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

template <class Function>
Function original(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

struct Counter {
  ~Counter() {
    const char* path = std::getenv("BASALT_CRASH_COUNT");
    if (path == nullptr || calls == 0) return;
    if (std::FILE* file = std::fopen(path, "w")) {
      std::fprintf(file, "%ld\n", calls.load());
      std::fclose(file);
    }
  }
} counter;

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  static const auto next = original<ssize_t (*)(int, const void*, size_t)>("write");
  if (!hit()) return next(file, bytes, size);
  next(file, bytes, size / 2);
  die();
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  static const auto next = original<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  if (!hit()) return next(file, bytes, size, at);
  next(file, bytes, size / 2, at);
  die();
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  static const auto next = original<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  if (!hit()) return next(file, bytes, size, at);
  next(file, bytes, size / 2, at);
  die();
}

int fsync(int file) {
  static const auto next = original<int (*)(int)>("fsync");
  if (hit()) die();
  return next(file);
}

int fdatasync(int file) {
  static const auto next = original<int (*)(int)>("fdatasync");
  if (hit()) die();
  return next(file);
}

int rename(const char* from, const char* to) noexcept {
  static const auto next = original<int (*)(const char*, const char*)>("rename");
  if (hit()) die();
  return next(from, to);
}

int unlink(const char* path) noexcept {
  static const auto next = original<int (*)(const char*)>("unlink");
  if (hit()) die();
  return next(path);
}

int mkdir(const char* path, mode_t mode) noexcept {
  static const auto next = original<int (*)(const char*, mode_t)>("mkdir");
  if (hit()) die();
  return next(path, mode);
}

}  // extern "C"
