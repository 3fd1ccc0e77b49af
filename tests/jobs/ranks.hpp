// What tests that run on several ranks share: the communicator of all of them.
#pragma once

#include "jobs/comm/communicator.hpp"

namespace basalt::jobs {

/// The communicator of this test program; made before the first test.
Communicator& world();

}  // namespace basalt::jobs
