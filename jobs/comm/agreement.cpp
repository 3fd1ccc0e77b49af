#include "jobs/comm/agreement.hpp"

#include <exception>
#include <string>

#include "base/error.hpp"

namespace basalt::jobs {
namespace {

/// How the step went: empty if well, else code, subject and message.
ByteVector text_bytes(ErrorCode code, const std::string& subject, const std::string& message) {
  ByteVector bytes{static_cast<std::uint8_t>(code)};
  bytes.insert(bytes.end(), subject.begin(), subject.end());
  bytes.push_back(0);
  bytes.insert(bytes.end(), message.begin(), message.end());
  return bytes;
}

ByteVector report_of(const std::function<void()>& action) {
  try {
    action();
    return {};
  } catch (const Error& error) {
    return text_bytes(error.code(), error.subject(), error.what());
  } catch (const std::exception& error) {
    return text_bytes(ErrorCode::internal, {}, error.what());
  }
}

void throw_report(const ByteVector& report) {
  if (report.empty()) return;
  const std::string text(report.begin() + 1, report.end());
  const std::size_t end = text.find('\0');
  throw Error(static_cast<ErrorCode>(report.front()), text.substr(end + 1), text.substr(0, end));
}

}  // namespace

void run_together(Communicator& comm, const std::function<void()>& action) {
  ByteVector verdict = report_of(action);
  if (comm.rank() != 0) {
    comm.send(0, Tag::report, verdict);
    throw_report(comm.receive(0, Tag::verdict).bytes);
    return;
  }
  for (int rank = 1; rank < comm.size(); ++rank) {
    const ByteVector report = comm.receive(rank, Tag::report).bytes;
    if (verdict.empty()) verdict = report;
  }
  for (int rank = 1; rank < comm.size(); ++rank) comm.send(rank, Tag::verdict, verdict);
  throw_report(verdict);
}

}  // namespace basalt::jobs
