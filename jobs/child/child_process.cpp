#include "jobs/child/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "base/error.hpp"
#include "base/stopwatch.hpp"

namespace basalt::jobs {
namespace {

// A process that has ended is seen at once by its closed channel; only one that left the channel to
// a child of its own is found by looking.
constexpr double watch_seconds = 0.1;

Error failure(const char* what, int number) {
  return Error(ErrorCode::io, concat("child process: cannot ", what, ": ", std::strerror(number)));
}

/// Words as posix_spawn takes them: pointers to characters that are not const, ended by nullptr.
class Words {
 public:
  explicit Words(std::vector<std::string> words) : words_(std::move(words)) {
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  char* const* pointers() const noexcept { return pointers_.data(); }

 private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;  ///< Into words_.
};

/// The two ends of a connection: one stays, one goes to the child.
struct Ends {
  io::Descriptor here, there;
};

Ends channel_ends() {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    throw failure("make a channel", errno);
  }
  return {io::Descriptor(pair[0]), io::Descriptor(pair[1])};
}

Ends output_ends() {
  int pair[2];
  if (pipe2(pair, O_CLOEXEC) != 0) throw failure("make a pipe", errno);
  fcntl(pair[0], F_SETFL, O_NONBLOCK);
  return {io::Descriptor(pair[0]), io::Descriptor(pair[1])};
}

/// What the child finds open, and the group and signals it begins with.
class Start {
 public:
  Start(const Ends& channel, const Ends& output) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, output.there.number(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files_, output.there.number(), STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&files_, channel.there.number(),
                                     ChildProcess::channel_of_child);
    posix_spawn_file_actions_addclosefrom_np(&files_, ChildProcess::channel_of_child + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Start() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  Start(const Start&) = delete;
  Start& operator=(const Start&) = delete;

  pid_t spawn(const std::vector<std::string>& command,
              const std::vector<std::string>& environment) {
    pid_t id = 0;
    const int status = posix_spawn(&id, command.front().c_str(), &files_, &attributes_,
                                   Words(command).pointers(), Words(environment).pointers());
    if (status != 0) throw failure(concat("start ", command.front()).c_str(), status);
    return id;
  }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

/// A descriptor above those that the child gives new meanings.
void move_up(io::Descriptor& file) {
  if (file.number() > ChildProcess::channel_of_child) return;
  const int moved = fcntl(file.number(), F_DUPFD_CLOEXEC, ChildProcess::channel_of_child + 1);
  if (moved < 0) throw failure("duplicate a descriptor", errno);
  file = io::Descriptor(moved);
}

/// The handler of a child whose parent has ended: everything it started ends too.
void end_group(int) {
  kill(0, SIGKILL);
}

}  // namespace

std::string ChildEnd::text() const {
  if (signal == 0) return concat("ended with exit status ", status);
  return concat("ended by signal ", signal, " (", strsignal(signal), ")");
}

bool ChildEnd::from_outside() const noexcept {
  constexpr std::array signals{SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
  return std::ranges::count(signals, signal) > 0;
}

ChildProcess::ChildProcess(const std::vector<std::string>& command,
                           const std::vector<std::string>& environment) {
  Ends channel = channel_ends(), output = output_ends();
  move_up(channel.there);
  move_up(output.there);
  id_ = Start(channel, output).spawn(command, environment);
  channel_ = std::move(channel.here);
  output_ = std::move(output.here);
}

ChildProcess::~ChildProcess() {
  finish();
}

void ChildProcess::send(std::span<const std::uint8_t> content) {
  write_frame(channel_.number(), content);
}

ChildProcess::Event ChildProcess::wait(double seconds) {
  const Stopwatch watch;
  while (true) {
    const bool ended = has_ended();
    while (ended && read_channel()) {  // what it said last still counts
    }
    if (auto frame = buffer_.take()) {
      message_ = std::move(*frame);
      return Event::message;
    }
    if (ended) return Event::ended;
    const double left = seconds - watch.elapsed().value;
    if (left <= 0) return Event::late;
    std::array<pollfd, 2> files{pollfd{channel_.number(), POLLIN, 0},
                                pollfd{output_.number(), POLLIN, 0}};
    poll(files.data(), files.size(), 1 + static_cast<int>(1e3 * std::min(left, watch_seconds)));
    if (files[1].revents != 0) read_output();
    if (files[0].revents != 0) read_channel();
  }
}

bool ChildProcess::has_ended() const {
  if (channel_.number() < 0) return true;
  siginfo_t info{};
  const int status = waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT);
  return status == 0 && info.si_pid == id_;
}

bool ChildProcess::read_channel() {
  if (channel_.number() < 0) return false;
  std::array<std::uint8_t, 65536> piece{};
  const ssize_t count = recv(channel_.number(), piece.data(), piece.size(), MSG_DONTWAIT);
  if (count > 0) buffer_.append(std::span(piece).first(static_cast<std::size_t>(count)));
  const bool closed = count == 0 || (count < 0 && errno == ECONNRESET);
  if (closed) channel_ = io::Descriptor();
  return count > 0;
}

void ChildProcess::read_output() {
  std::array<char, 65536> piece{};
  const ssize_t count = read(output_.number(), piece.data(), piece.size());
  if (count > 0) log_.append(piece.data(), static_cast<std::size_t>(count));
  if (log_.size() > 2 * longest_log) log_.erase(0, log_.size() - longest_log);
  if (count == 0) output_ = io::Descriptor();  // closed: nothing more to watch
}

ChildEnd ChildProcess::finish() {
  if (end_) return *end_;
  // A child that closed its channel is given the moment it needs to end by itself.
  const Stopwatch watch;
  while (channel_.number() < 0 && watch.elapsed().value < watch_seconds) {
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT);
    if (info.si_pid == id_) break;
    poll(nullptr, 0, 1);
  }
  kill(-id_, SIGKILL);  // its number stays its own until it is waited for
  int status = 0;
  while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  // Enough to empty the pipe, not to follow a process that left the group and writes on.
  for (int piece = 0; piece < 16 && output_.number() >= 0; ++piece) read_output();
  if (log_.size() > longest_log) log_.erase(0, log_.size() - longest_log);
  end_ = WIFSIGNALED(status) ? ChildEnd{WTERMSIG(status), 0} : ChildEnd{0, WEXITSTATUS(status)};
  return *end_;
}

void live_as_child(pid_t parent, std::uint64_t memory) {
  struct sigaction action {};
  action.sa_handler = end_group;
  sigaction(SIGTERM, &action, nullptr);
  prctl(PR_SET_NAME, "basalt trial");
  if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) throw failure("follow its parent", errno);
  require(getppid() == parent, ErrorCode::io, "child process: its parent has ended");

  const io::Descriptor score(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  constexpr std::string_view first_choice = "1000";
  // Where this is not allowed, the kernel's own choice stands.
  const auto written = ::write(score.number(), first_choice.data(), first_choice.size());
  static_cast<void>(written);

  if (memory == 0) return;
  // Not RLIMIT_AS: keys that are mapped for reading and reserved addresses cost no memory.
  const rlimit limit{memory, memory};
  if (setrlimit(RLIMIT_DATA, &limit) != 0) throw failure("limit its memory", errno);
}

std::vector<std::string> environment_without_ranks(const char* const* environment) {
  std::vector<std::string> kept;
  for (; *environment != nullptr; ++environment) {
    const std::string_view line(*environment);
    const bool of_rank = line.starts_with("OMPI_COMM_WORLD_") || line.starts_with("PMIX_") ||
                         line.starts_with("PMI_") || line.starts_with("BASALT_STATUS_FILE=");
    if (!of_rank) kept.emplace_back(line);
  }
  return kept;
}

}  // namespace basalt::jobs
