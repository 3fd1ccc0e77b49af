#include <algorithm>
#include <chrono>
#include <thread>

#include "jobs/comm/communicator.hpp"

namespace basalt::jobs {

void Backoff::sleep() {
  std::this_thread::sleep_for(std::chrono::microseconds(microseconds_));
  microseconds_ = std::min(last, microseconds_ * 2);
}

}  // namespace basalt::jobs
