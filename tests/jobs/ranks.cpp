// The main of tests that run on several ranks: every rank runs all tests, rank 0 prints them.
#include "jobs/ranks.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <optional>

#include "jobs/comm/heartbeat.hpp"
#include "jobs/comm/session.hpp"
#include "support/one_file.hpp"

extern char** environ;

namespace basalt::jobs {
namespace {

std::optional<Communicator> shared;

/// Prints failures with the rank they happened on, nothing else.
class RankPrinter : public testing::EmptyTestEventListener {
 public:
  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (!result.failed()) return;
    std::fprintf(stderr, "rank %d: %s:%d: %s\n", shared->rank(), result.file_name(),
                 result.line_number(), result.summary());
  }
};

}  // namespace

Communicator& world() {
  return *shared;
}

}  // namespace basalt::jobs

int main(int argc, char** argv) {
  using namespace basalt::jobs;
  testing::InitGoogleTest(&argc, argv);
  const std::string wrong = basalt::testing_support::choose_file(argc, argv);
  if (!wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    return 2;
  }
  std::optional<Session> session;
  if (Session::launched(environ)) {
    session.emplace(StartLimit{{120.0}, [] {
                                 std::fputs("MPI has not started within 120 s\n", stderr);
                                 std::_Exit(exit_to_resume);
                               }});
  }
  shared.emplace(session ? session->world() : Communicator::alone());
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  if (shared->rank() != 0) delete listeners.Release(listeners.default_result_printer());
  if (shared->rank() != 0) listeners.Append(new RankPrinter);
  return RUN_ALL_TESTS();
}
