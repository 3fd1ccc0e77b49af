#include "jobs/comm/session.hpp"

#include <string_view>

#include "base/error.hpp"
#include "jobs/comm/channel.hpp"

namespace basalt::jobs {

Session::Session() {
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
