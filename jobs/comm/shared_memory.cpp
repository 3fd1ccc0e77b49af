#include "jobs/comm/shared_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <sstream>
#include <string>

#include "base/error.hpp"
#include "io/file/file.hpp"
#include "jobs/comm/agreement.hpp"

namespace basalt::jobs {
namespace {

using Bytes = std::span<const std::byte>;

std::string text_of(const ByteVector& bytes) {
  return {bytes.begin(), bytes.end()};
}

ByteVector bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

/// The same for processes that see each other: of one machine and one container.
std::string host() {
  char name[256];
  const ssize_t size = readlink("/proc/self/ns/pid", name, sizeof name);
  std::string text(name, static_cast<std::size_t>(size > 0 ? size : 0));
  try {
    text += io::read_text("/proc/sys/kernel/random/boot_id");
  } catch (const Error&) {
    text += std::to_string(getpid());  // alone, as far as one can know
  }
  return text;
}

/// The ranks of this host in order, the first of which is to lead; told by rank 0.
std::vector<int> ranks_here(Communicator& comm) {
  if (comm.rank() != 0) {
    comm.send(0, Tag::report, bytes_of(host()));
    std::istringstream words(text_of(comm.receive(0, Tag::verdict).bytes));
    std::vector<int> ranks;
    for (int rank = 0; words >> rank;) ranks.push_back(rank);
    return ranks;
  }
  std::map<std::string, std::vector<int>> hosts{{host(), {0}}};
  for (int rank = 1; rank < comm.size(); ++rank) {
    hosts[text_of(comm.receive(rank, Tag::report).bytes)].push_back(rank);
  }
  std::vector<int> own;
  for (const auto& [name, ranks] : hosts) {
    std::string words;
    for (const int rank : ranks) words += cat(rank, " ");
    for (const int rank : ranks) {
      if (rank != 0) comm.send(rank, Tag::verdict, bytes_of(words));
      if (rank == 0) own = ranks;
    }
  }
  return own;
}

/// The whole pages of an array.
Bytes pages_of(Bytes array) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(array.data());
  const std::uintptr_t first = (begin + page - 1) / page * page;
  const std::uintptr_t last = (begin + array.size()) / page * page;
  if (last <= first) return {};
  return array.subspan(first - begin, last - first);
}

/// A file without a name that holds the arrays' pages one after the other; none if it cannot be.
io::Descriptor publish(const std::vector<Bytes>& arrays) {
  io::Descriptor file(memfd_create("basalt key", MFD_CLOEXEC));
  if (file.number() < 0) return {};
  try {
    std::uint64_t at = 0;
    for (const Bytes array : arrays) {
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(array.data());
      io::write_at(file, "shared memory", at, std::span(bytes, array.size()));
      at += array.size();
    }
  } catch (const Error&) {
    return {};
  }
  return file;
}

/// Puts the file's pages where an array has equal ones. Returns the bytes that are shared now.
std::size_t adopt(const io::Descriptor& file, const std::vector<Bytes>& arrays) {
  std::size_t shared = 0, at = 0;
  struct stat status {};
  if (file.number() < 0 || fstat(file.number(), &status) != 0) return 0;
  for (const Bytes array : arrays) {
    const std::size_t from = at;
    at += array.size();
    if (array.empty() || at > static_cast<std::size_t>(status.st_size)) continue;
    const auto offset = static_cast<off_t>(from);
    void* theirs = mmap(nullptr, array.size(), PROT_READ, MAP_SHARED, file.number(), offset);
    if (theirs == MAP_FAILED) continue;
    const bool equal = std::memcmp(theirs, array.data(), array.size()) == 0;
    munmap(theirs, array.size());
    if (!equal) continue;
    // Private: the allocator may hand the pages out again one day.
    void* here = const_cast<std::byte*>(array.data());
    if (mmap(here, array.size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file.number(),
             offset) == here) {
      shared += array.size();
    }
  }
  return shared;
}

}  // namespace

std::size_t share_memory(Communicator& comm, const std::vector<Bytes>& arrays) {
  if (comm.size() == 1) return 0;
  std::vector<Bytes> pages;
  for (const Bytes array : arrays) pages.push_back(pages_of(array));
  const std::vector<int> ranks = ranks_here(comm);
  std::size_t shared = 0;
  io::Descriptor file;
  if (ranks.size() > 1 && ranks.front() == comm.rank()) {
    file = publish(pages);
    const std::string path = cat("/proc/", getpid(), "/fd/", file.number());
    for (const int rank : ranks) {
      if (rank != comm.rank()) comm.send(rank, Tag::share, bytes_of(path));
    }
    shared = adopt(file, pages);
  } else if (ranks.size() > 1) {
    const std::string path = text_of(comm.receive(ranks.front(), Tag::share).bytes);
    file = io::Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    shared = adopt(file, pages);
  }
  run_together(comm, [] {});  // the leader's file must be open until all have it
  return shared;
}

}  // namespace basalt::jobs
