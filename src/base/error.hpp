// The one exception of Basalt and the check that throws it.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace basalt {

/// What kind of thing went wrong; commands map it to their exit status.
enum class ErrorCode {
  invalid_argument,  ///< The caller asked for something that has no meaning.
  mismatch,          ///< Two things that belong together do not fit.
  not_found,         ///< A file, dataset, key or name does not exist.
  corrupt,           ///< Data failed its checksum or structure check.
  unsupported,       ///< Valid, but beyond what this version does.
  io,                ///< The operating system refused.
  internal           ///< A defect of Basalt.
};

/// Stable name of a code, for logs and records.
const char* name_of(ErrorCode code) noexcept;

/// A failure with a message for people: where, what was found, what was expected.
class Error : public std::runtime_error {
 public:
  /// `subject` names the setting, column or file at fault, if there is one: readers of recipes use
  /// it to add a line number.
  Error(ErrorCode code, const std::string& message, std::string subject = {})
      : std::runtime_error(message), code_(code), subject_(std::move(subject)) {}

  ErrorCode code() const noexcept { return code_; }
  const std::string& subject() const noexcept { return subject_; }

 private:
  ErrorCode code_;
  std::string subject_;
};

/// Concatenates everything that an ostream can print.
template <class... Parts>
std::string cat(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

/// Throws Error{code, cat(parts...)} unless `condition` holds.
template <class... Parts>
void require(bool condition, ErrorCode code, const Parts&... parts) {
  if (!condition) throw Error(code, cat(parts...));
}

/// The entry of `known` nearest to `word` by edit distance, or empty if none is close.
std::string nearest_name(const std::string& word, const std::vector<std::string>& known);

}  // namespace basalt
