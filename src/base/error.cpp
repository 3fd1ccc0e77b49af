#include "base/error.hpp"

#include <algorithm>
#include <numeric>

namespace basalt {

const char* name_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::mismatch:
      return "mismatch";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::io:
      return "io";
    case ErrorCode::internal:
      return "internal";
  }
  return "unknown";
}

std::string Place::text() const {
  return line > 0 ? concat(file, ":", line) : file;
}

Error::Error(ErrorCode code, std::string message, std::string subject, std::optional<Place> place)
    : std::runtime_error(place ? concat(place->text(), ": ", message) : message),
      code_(code),
      message_(std::move(message)),
      subject_(std::move(subject)),
      place_(std::move(place)) {}

Error located(const Error& error, const Place& place) {
  if (error.place()) return error;
  return Error(error.code(), error.message(), error.subject(), place);
}

namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_name(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(3, word.size() / 2);
  for (const std::string& candidate : known) {
    // "n_w_bits" is what people type for "module__n_w_bits": a shared tail counts as near.
    const std::size_t prefix = candidate.find("__");
    std::size_t distance = edit_distance(word, candidate);
    if (prefix != std::string::npos) {
      distance = std::min(distance, edit_distance(word, candidate.substr(prefix + 2)) + 1);
    }
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace basalt
