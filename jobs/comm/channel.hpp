// What stands behind a communicator: MPI's own communicator and the messages under way.
#pragma once

#include <mpi.h>
#include <sys/types.h>

#include <deque>
#include <list>
#include <vector>

#include "jobs/comm/communicator.hpp"

namespace basalt::jobs {

/// Errors: io with MPI's own text unless `status` is MPI_SUCCESS.
void check_mpi(int status, const char* what);

/// A message under way; MPI reads or writes its bytes until the request is done.
struct Transfer {
  Message message;
  MPI_Request request = MPI_REQUEST_NULL;
};

struct Communicator::Channel {
  MPI_Comm comm = MPI_COMM_NULL;
  int rank = 0, size = 1;
  std::list<Transfer> sending, receiving;
  std::deque<Message> arrived;
  std::vector<pid_t> processes;  ///< Of each rank; 0 on another machine. Empty if alone.
  std::uint32_t steps = 0;       ///< That all ranks have begun together.
  bool lost = false;             ///< A rank has died.

  /// Starts to receive everything that has been announced.
  void start_receives();
  /// Moves every transfer on and collects the finished ones.
  void progress();
};

}  // namespace basalt::jobs
