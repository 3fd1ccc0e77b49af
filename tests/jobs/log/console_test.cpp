// Tests of what is written to standard error: lines, ranks, status lines, durations.
#include "jobs/log/console.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace basalt::jobs::console_test {
namespace {

/// A stream that keeps what is written to it.
class Paper {
 public:
  Paper() : stream_(open_memstream(&text_, &size_)) {}
  ~Paper() {
    std::fclose(stream_);
    std::free(text_);
  }
  std::FILE* stream() { return stream_; }
  std::string text() {
    std::fflush(stream_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* stream_;
};

TEST(Console, StampsLinesWithTheRankWhenThereAreSeveral) {
  Paper one, two;
  Console(one.stream(), {}).say("begun");
  Console(two.stream(), {.rank = 1, .ranks = 2}).say("begun");

  EXPECT_EQ(one.text(), "begun\n");
  EXPECT_EQ(two.text(), "[1] begun\n");
}

TEST(Console, IsSilentButForWarningsWhenQuiet) {
  Paper paper;
  Console console(paper.stream(), {.quiet = true, .terminal = true});
  console.say("begun");
  console.status("half");
  console.warn("slow");

  EXPECT_EQ(paper.text(), "slow\n");
}

TEST(Console, AStatusLineIsRemovedBeforeTheNextLine) {
  Paper paper;
  {
    Console console(paper.stream(), {.terminal = true});
    console.status("half");
    console.say("done");
    console.status("more");
  }

  EXPECT_EQ(paper.text(), "\r\x1b[Khalf\r\x1b[Kdone\n\r\x1b[Kmore\r\x1b[K");
}

TEST(Console, WithoutATerminalThereIsNoStatusLineAndNoColour) {
  Paper paper;
  Console console(paper.stream(), {});
  console.status("half");
  console.warn("slow");

  EXPECT_EQ(paper.text(), "slow\n");
}

TEST(Progress, ShowsCountRateAndEndOnATerminal) {
  Paper paper;
  Console console(paper.stream(), {.terminal = true});
  Progress progress(console, "rows", 10);
  progress.at(10, "2 failed");

  EXPECT_NE(paper.text().find("10 of 10 rows"), std::string::npos);
  EXPECT_NE(paper.text().find("per s"), std::string::npos);
  EXPECT_NE(paper.text().find("2 failed"), std::string::npos);
}

TEST(Progress, WithoutATerminalShortWorkSaysNothing) {
  Paper paper;
  Console console(paper.stream(), {});
  Progress progress(console, "rows", 10);
  progress.at(5);
  progress.at(10);

  EXPECT_EQ(paper.text(), "");
}

TEST(DurationText, ReadsAsPeopleSayIt) {
  EXPECT_EQ(duration_text(0.42), "0.4 s");
  EXPECT_EQ(duration_text(42.4), "42 s");
  EXPECT_EQ(duration_text(185), "3 min 05 s");
  EXPECT_EQ(duration_text(7815), "2 h 10 min");
}

}  // namespace
}  // namespace basalt::jobs::console_test
