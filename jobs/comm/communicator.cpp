#include "jobs/comm/communicator.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <deque>
#include <iterator>
#include <list>
#include <string_view>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "jobs/comm/channel.hpp"

namespace basalt::jobs {
namespace {

constexpr std::size_t largest_message = std::size_t{1} << 30;

}  // namespace

void check_mpi(int status, const char* what) {
  if (status == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  MPI_Error_string(status, text, &length);
  throw Error(ErrorCode::io,
              concat("MPI: ", what, ": ", std::string_view(text, std::size_t(length))));
}

void Communicator::Channel::start_receives() {
  while (comm != MPI_COMM_NULL) {
    int found = 0;
    MPI_Status status;
    check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm, &found, &status), "probe");
    if (found == 0) return;
    int count = 0;
    check_mpi(MPI_Get_count(&status, MPI_BYTE, &count), "count");
    Transfer& transfer = receiving.emplace_back();
    transfer.message = {status.MPI_SOURCE, static_cast<Tag>(status.MPI_TAG),
                        ByteVector(static_cast<std::size_t>(count))};
    check_mpi(MPI_Irecv(transfer.message.bytes.data(), count, MPI_BYTE, status.MPI_SOURCE,
                        status.MPI_TAG, comm, &transfer.request),
              "receive");
  }
}

void Communicator::Channel::progress() {
  start_receives();
  for (auto it = receiving.begin(); it != receiving.end();) {
    int done = 0;
    check_mpi(MPI_Test(&it->request, &done, MPI_STATUS_IGNORE), "receive");
    if (done == 0) {
      ++it;
      continue;
    }
    arrived.push_back(std::move(it->message));
    it = receiving.erase(it);
  }
  for (auto it = sending.begin(); it != sending.end();) {
    int done = 0;
    check_mpi(MPI_Test(&it->request, &done, MPI_STATUS_IGNORE), "send");
    it = done != 0 ? sending.erase(it) : std::next(it);
  }
}

Communicator::Communicator(std::unique_ptr<Channel> channel) : channel_(std::move(channel)) {}
Communicator::Communicator(Communicator&&) noexcept = default;
Communicator& Communicator::operator=(Communicator&&) noexcept = default;
Communicator::~Communicator() = default;

Communicator Communicator::alone() {
  return Communicator(std::make_unique<Channel>());
}

int Communicator::rank() const noexcept {
  return channel_->rank;
}
int Communicator::size() const noexcept {
  return channel_->size;
}

void Communicator::send(int destination, Tag tag, std::span<const std::uint8_t> bytes) {
  require(destination >= 0 && destination < size(), ErrorCode::invalid_argument,
          "communicator: there is no rank ", destination, " among ", size());
  require(bytes.size() <= largest_message, ErrorCode::invalid_argument,
          "communicator: a message of ", bytes.size(), " bytes exceeds 1 GiB");
  Message message{rank(), tag, ByteVector(bytes.begin(), bytes.end())};
  if (destination == rank()) {
    channel_->arrived.push_back(std::move(message));
    return;
  }
  Transfer& transfer = channel_->sending.emplace_back();
  transfer.message = std::move(message);
  check_mpi(MPI_Isend(transfer.message.bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE,
                      destination, static_cast<int>(tag), channel_->comm, &transfer.request),
            "send");
}

std::optional<Message> Communicator::take_first(const std::function<bool(const Message&)>& wanted) {
  channel_->progress();
  auto& arrived = channel_->arrived;
  const auto found = std::ranges::find_if(arrived, wanted);
  if (found == arrived.end()) return std::nullopt;
  Message message = std::move(*found);
  arrived.erase(found);
  return message;
}

std::optional<Message> Communicator::poll(std::span<const Tag> tags) {
  return take_first(
      [tags](const Message& message) { return std::ranges::count(tags, message.tag) > 0; });
}

std::optional<Message> Communicator::poll(int source, Tag tag) {
  return take_first([source, tag](const Message& message) {
    return message.source == source && message.tag == tag;
  });
}

Message Communicator::receive(int source, Tag tag) {
  Backoff backoff;
  while (true) {
    if (auto message = poll(source, tag)) return std::move(*message);
    backoff.sleep();
  }
}

bool Communicator::has_ended(int rank) const {
  const auto index = static_cast<std::size_t>(rank);
  if (index >= channel_->processes.size() || channel_->processes[index] <= 1) return false;
  return kill(channel_->processes[index], 0) != 0 && errno == ESRCH;
}

void Communicator::note_loss() noexcept {
  channel_->lost = true;
}
bool Communicator::has_lost() const noexcept {
  return channel_->lost;
}
std::uint32_t Communicator::next_step() noexcept {
  return ++channel_->steps;
}

bool Communicator::flush(double seconds) {
  const Stopwatch watch;
  Backoff backoff;
  while (true) {
    channel_->progress();
    if (channel_->sending.empty()) return true;
    if (watch.elapsed().value > seconds) return false;
    backoff.sleep();
  }
}

}  // namespace basalt::jobs
