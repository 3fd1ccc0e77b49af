#include "jobs/comm/session.hpp"

#include <gtest/gtest.h>

namespace basalt::jobs::session_test {
namespace {

TEST(Session, IsNeededOnlyUnderALauncher) {
  const char* const shell[] = {"PATH=/bin", "OMPI_MCA_btl=tcp", nullptr};
  const char* const mpirun[] = {"PATH=/bin", "OMPI_COMM_WORLD_SIZE=4", nullptr};
  const char* const srun[] = {"PMIX_RANK=0", nullptr};

  EXPECT_FALSE(Session::launched(shell));
  EXPECT_TRUE(Session::launched(mpirun));
  EXPECT_TRUE(Session::launched(srun));
}

TEST(Session, IsNotNeededByAProcessThatIsAlone) {
  Communicator comm = Communicator::alone();

  comm.send(0, Tag::alive, ByteVector{7});

  EXPECT_EQ(comm.rank(), 0);
  EXPECT_EQ(comm.size(), 1);
  EXPECT_EQ(comm.receive(0, Tag::alive).bytes, ByteVector{7});
}

}  // namespace
}  // namespace basalt::jobs::session_test
