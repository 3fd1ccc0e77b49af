#include "jobs/comm/shared_memory.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "io/file/file.hpp"

namespace basalt::jobs {
namespace {

constexpr std::size_t huge_page = std::size_t{1} << 21;
constexpr int final_seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
constexpr double longest_fill = 600.0;  // seconds; whoever fills for so long is stuck

/// Where those who share a name meet: a socket without a file, which ends with its process.
struct Address {
  sockaddr_un socket{};
  socklen_t size = 0;
};

/// Another program, or this one built anew, may lay memory out in another way.
Address address_of(const Digest& name) {
  Hasher hasher("shared memory");
  hasher.add(name).add(static_cast<std::uint64_t>(geteuid()));
  struct stat program {};
  if (stat("/proc/self/exe", &program) == 0) {
    hasher.add(static_cast<std::uint64_t>(program.st_dev))
        .add(static_cast<std::uint64_t>(program.st_ino))
        .add(static_cast<std::int64_t>(program.st_mtim.tv_sec))
        .add(static_cast<std::int64_t>(program.st_mtim.tv_nsec));
  }
  const std::string text = "basalt-" + hasher.finish().hex();
  Address address;
  address.socket.sun_family = AF_UNIX;  // sun_path begins with a zero byte
  std::memcpy(address.socket.sun_path + 1, text.data(), text.size());
  address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  return address;
}

const sockaddr* plain(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address.socket);
}

io::Descriptor new_socket() {
  return io::Descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

/// A name without a file cannot be protected: both sides look whom they speak to.
bool same_user(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

/// A message of one byte that carries a descriptor.
struct Envelope {
  char content = 'm';
  iovec part{&content, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr header{};
  Envelope() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
  }
};

void send_descriptor(int socket, int descriptor) {
  Envelope envelope;
  cmsghdr* item = CMSG_FIRSTHDR(&envelope.header);
  item->cmsg_level = SOL_SOCKET;
  item->cmsg_type = SCM_RIGHTS;
  item->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(item), &descriptor, sizeof descriptor);
  sendmsg(socket, &envelope.header, MSG_NOSIGNAL);  // who has gone needs nothing
}

/// Waits; none if the other side ends, or has filled for too long.
io::Descriptor receive_descriptor(int socket) {
  pollfd ready{socket, POLLIN, 0};
  const Stopwatch watch;
  while (poll(&ready, 1, 1000) <= 0) {
    if (watch.elapsed().value > longest_fill) return {};
  }
  Envelope envelope;
  if (recvmsg(socket, &envelope.header, MSG_CMSG_CLOEXEC) != 1) return {};
  const cmsghdr* item = CMSG_FIRSTHDR(&envelope.header);
  if (item == nullptr || item->cmsg_type != SCM_RIGHTS) return {};
  int descriptor = -1;
  std::memcpy(&descriptor, CMSG_DATA(item), sizeof descriptor);
  return io::Descriptor(descriptor);
}

/// Whole huge pages for a large block, as the last one would be in part.
std::size_t file_size_for(std::size_t bytes) {
  const std::size_t unit = bytes >= 8 * huge_page ? huge_page : 4096;
  return std::max(unit, (bytes + unit - 1) / unit * unit);
}

enum class Use { write, read };

/// Maps a file of this size at an address that huge pages can have. Empty if it cannot be.
std::span<std::byte> map(const io::Descriptor& file, std::size_t size, Use use) {
  void* room = mmap(nullptr, size + huge_page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return {};
  auto* const begin = static_cast<std::byte*>(room);
  const std::size_t skip =
      (huge_page - reinterpret_cast<std::uintptr_t>(begin) % huge_page) % huge_page;
  if (skip > 0) munmap(begin, skip);
  if (skip < huge_page) munmap(begin + skip + size, huge_page - skip);
  // Linux before 6.7 maps what is sealed only as private, which is the same to a reader.
  const int protection = use == Use::write ? PROT_READ | PROT_WRITE : PROT_READ;
  const int kind = use == Use::write ? MAP_SHARED : MAP_PRIVATE;
  void* memory = mmap(begin + skip, size, protection, kind | MAP_FIXED, file.number(), 0);
  if (memory == MAP_FAILED) {
    munmap(begin + skip, size);
    return {};
  }
  // The system's setting for shared memory decides; a refusal is harmless.
  if (size >= huge_page) madvise(memory, size, MADV_HUGEPAGE);
  return {static_cast<std::byte*>(memory), size};
}

/// Unnamed memory that `fill` has written and nobody can write or cut any more. None if the host
/// does not allow it. Errors: those of `fill`.
io::Descriptor make_file(std::size_t bytes, const SharedMemory::Fill& fill) {
  io::Descriptor file(memfd_create("basalt-shared", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  const std::size_t size = file_size_for(bytes);
  if (file.number() < 0 || ftruncate(file.number(), static_cast<off_t>(size)) != 0) return {};
  const std::span<std::byte> memory = map(file, size, Use::write);
  if (memory.empty()) return {};
  try {
    fill(memory.first(bytes));
  } catch (...) {
    munmap(memory.data(), memory.size());
    throw;
  }
  munmap(memory.data(), memory.size());
  if (fcntl(file.number(), F_ADD_SEALS, final_seals) != 0) return {};
  return file;
}

/// The memory of a file that nobody can change under us. Empty if it is not that.
std::span<std::byte> map_final(const io::Descriptor& file, std::size_t bytes) {
  const std::size_t size = file_size_for(bytes);
  struct stat status {};
  if (file.number() < 0 || fcntl(file.number(), F_GET_SEALS) != final_seals ||
      fstat(file.number(), &status) != 0 || status.st_size != static_cast<off_t>(size)) {
    return {};
  }
  return map(file, size, Use::read);
}

std::span<std::byte> private_memory(std::size_t bytes, const SharedMemory::Fill& fill) {
  const std::size_t size = file_size_for(bytes);
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  if (size >= huge_page) madvise(memory, size, MADV_HUGEPAGE);
  const std::span<std::byte> whole(static_cast<std::byte*>(memory), size);
  try {
    fill(whole.first(bytes));
  } catch (...) {
    munmap(memory, size);
    throw;
  }
  return whole;
}

}  // namespace

/// The one who has bound the name: gives the file to all who ask, once there is one.
class SharedMemory::Host {
 public:
  explicit Host(io::Descriptor socket) : socket_(std::move(socket)) {}
  ~Host() {
    if (!thread_.joinable()) return;
    eventfd_write(end_.number(), 1);
    thread_.join();
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  void serve(io::Descriptor file) {
    file_ = std::move(file);
    end_ = io::Descriptor(eventfd(0, EFD_CLOEXEC));
    thread_ = std::thread([this] { answer(); });
  }

 private:
  void answer() const {
    std::array<pollfd, 2> ready{{{socket_.number(), POLLIN, 0}, {end_.number(), POLLIN, 0}}};
    while (true) {
      if (poll(ready.data(), ready.size(), -1) < 0) continue;
      if (ready[1].revents != 0) return;
      const io::Descriptor peer(accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC));
      if (peer.number() >= 0 && same_user(peer.number())) {
        send_descriptor(peer.number(), file_.number());
      }
    }
  }

  io::Descriptor socket_, file_, end_;
  std::thread thread_;
};

SharedMemory::SharedMemory(const Digest& name, std::size_t bytes, const Fill& fill) {
  const Address address = address_of(name);
  const Stopwatch watch;
  while (bytes_.empty() && watch.elapsed().value < longest_fill) {
    io::Descriptor socket = new_socket();
    if (socket.number() < 0) break;
    if (bind(socket.number(), plain(address), address.size) == 0) {
      if (listen(socket.number(), SOMAXCONN) != 0) break;
      auto host = std::make_unique<Host>(std::move(socket));
      io::Descriptor file = make_file(bytes, fill);
      bytes_ = map_final(file, bytes);
      if (bytes_.empty()) break;
      host->serve(std::move(file));
      host_ = std::move(host);
      filled_here_ = true;
    } else if (errno != EADDRINUSE) {
      break;
    } else if (connect(socket.number(), plain(address), address.size) == 0) {
      if (!same_user(socket.number())) break;
      const io::Descriptor file = receive_descriptor(socket.number());
      if (file.number() < 0) continue;  // the one who filled it has ended: another takes its place
      bytes_ = map_final(file, bytes);
      if (bytes_.empty()) break;
    } else {
      // Between its binding and its listening, or at its end.
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  if (bytes_.empty()) {
    bytes_ = private_memory(bytes, fill);
    filled_here_ = true;
  }
  bytes_ = bytes_.first(bytes);
}

SharedMemory::~SharedMemory() {
  munmap(bytes_.data(), file_size_for(bytes_.size()));
}

}  // namespace basalt::jobs
