#include "jobs/comm/session.hpp"

#include <unistd.h>

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "io/file/file.hpp"
#include "jobs/comm/channel.hpp"

namespace basalt::jobs {
namespace {

/// A process of a machine, as far as others can see it.
struct Place {
  Digest machine;  ///< Equal for processes that see each other's numbers.
  std::int64_t process = 0;
};

Place here() {
  Hasher hasher("machine");
  char name[256];
  const ssize_t size = readlink("/proc/self/ns/pid", name, sizeof name);
  hasher.add(std::string_view(name, static_cast<std::size_t>(size > 0 ? size : 0)));
  Place place;
  try {
    place.machine = hasher.add(io::read_text("/proc/sys/kernel/random/boot_id")).finish();
    place.process = getpid();
  } catch (const Error&) {
    place.machine = hasher.add(getpid()).finish();  // alone, as far as one can know
  }
  return place;
}

/// The processes of all ranks, those of this machine; 0 for the others.
std::vector<pid_t> processes_of(MPI_Comm comm, int size) {
  const Place own = here();
  std::vector<Place> places(static_cast<std::size_t>(size));
  constexpr int bytes = sizeof(Place);
  check_mpi(MPI_Allgather(&own, bytes, MPI_BYTE, places.data(), bytes, MPI_BYTE, comm),
            "exchange of places");
  std::vector<pid_t> processes;
  for (const Place& place : places) {
    processes.push_back(place.machine == own.machine ? static_cast<pid_t>(place.process) : 0);
  }
  return processes;
}

}  // namespace

Session::Session(StartLimit limit)
    : start_(std::make_unique<TimeLimit>(limit.time, std::move(limit.give_up))) {
  int provided = MPI_THREAD_SINGLE;
  check_mpi(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "start");
  require(provided >= MPI_THREAD_FUNNELED, ErrorCode::io,
          "MPI: this build cannot be used beside threads (MPI_THREAD_FUNNELED)");
}

Session::~Session() {
  if (!abandoned_) MPI_Finalize();
}

Communicator Session::world() {
  auto channel = std::make_unique<Communicator::Channel>();
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &channel->comm), "duplicate of the communicator");
  check_mpi(MPI_Comm_set_errhandler(channel->comm, MPI_ERRORS_RETURN), "error handler");
  check_mpi(MPI_Comm_rank(channel->comm, &channel->rank), "rank");
  check_mpi(MPI_Comm_size(channel->comm, &channel->size), "size");
  channel->processes = processes_of(channel->comm, channel->size);
  start_.reset();
  return Communicator(std::move(channel));
}

bool Session::launched(const char* const* environment) {
  for (; *environment != nullptr; ++environment) {
    const std::string_view line(*environment);
    if (line.starts_with("OMPI_COMM_WORLD_SIZE=") || line.starts_with("PMIX_RANK=")) return true;
  }
  return false;
}

}  // namespace basalt::jobs
