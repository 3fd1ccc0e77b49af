// Preloaded into a program, stops it at a chosen moment until it is killed or let go, so that tests
// need not be quick. BASALT_HOLD is "open TEXT", "rename TEXT" or "memfd TEXT": the call whose name
// of a file has that text; or "start MPI". BASALT_HOLD_AFTER calls pass first (0). A process that
// is stopped makes the file $BASALT_HOLD_SIGN.PROCESS and waits as long as the file
// $BASALT_HOLD_SIGN exists, ten minutes at most. With BASALT_HOLD_MILLISECONDS it makes no file and
// waits that long at each call.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr int looks = 120000, look_microseconds = 5000;
std::atomic<long> calls = 0;

template <class Function>
Function original(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

using Open = int (*)(const char*, int, ...);

void hold_if_meant(const std::string& call, const char* name) {
  const char* wanted = std::getenv("BASALT_HOLD");
  const char* sign = std::getenv("BASALT_HOLD_SIGN");
  if (wanted == nullptr || sign == nullptr || !std::string(wanted).starts_with(call + ' ')) return;
  if (std::strstr(name, wanted + call.size() + 1) == nullptr) return;
  const char* after = std::getenv("BASALT_HOLD_AFTER");
  if (++calls <= (after != nullptr ? std::atol(after) : 0) || access(sign, F_OK) != 0) return;
  if (const char* pause = std::getenv("BASALT_HOLD_MILLISECONDS")) {
    usleep(static_cast<useconds_t>(1000 * std::atol(pause)));
    return;
  }
  const std::string mine = std::string(sign) + "." + std::to_string(getpid());
  static const auto plain_open = original<Open>("open");
  close(plain_open(mine.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  for (int look = 0; access(sign, F_OK) == 0; ++look) {
    if (look == looks) {
      std::fprintf(stderr, "hold_shim: waited 600 s at \"%s\" to be let go, in vain\n", wanted);
      std::abort();
    }
    usleep(look_microseconds);
  }
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  hold_if_meant("open", path);
  static const auto next = original<Open>("open");
  return next(path, flags, mode);
}

int rename(const char* from, const char* to) noexcept {
  hold_if_meant("rename", to);
  static const auto next = original<int (*)(const char*, const char*)>("rename");
  return next(from, to);
}

int memfd_create(const char* name, unsigned flags) noexcept {
  static const auto next = original<int (*)(const char*, unsigned)>("memfd_create");
  const int file = next(name, flags);
  hold_if_meant("memfd", name);
  return file;
}

int MPI_Init_thread(int* count, char*** words, int wanted, int* provided) {
  hold_if_meant("start", "MPI");
  static const auto next = original<int (*)(int*, char***, int, int*)>("MPI_Init_thread");
  return next(count, words, wanted, provided);
}

}  // extern "C"
