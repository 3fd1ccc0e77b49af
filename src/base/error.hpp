// The one exception of Basalt and the check that throws it.
#pragma once

#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
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

/// A line of a text file that people write.
struct Place {
  std::string file;  ///< As the user named it.
  int line = 0;      ///< From 1; 0: the file as a whole.

  /// "FILE:LINE", or "FILE" alone.
  std::string text() const;
  friend bool operator==(const Place&, const Place&) = default;
};

/// A failure with a message for people: where, what was found, what was expected. what() is the
/// message, after "FILE:LINE: " if the place is known.
class Error : public std::runtime_error {
 public:
  /// `subject` names the setting, column or file at fault, if there is one: readers of recipes find
  /// the line by it.
  Error(ErrorCode code, std::string message, std::string subject = {},
        std::optional<Place> place = {});

  ErrorCode code() const noexcept { return code_; }
  /// Without the place.
  const std::string& message() const noexcept { return message_; }
  const std::string& subject() const noexcept { return subject_; }
  const std::optional<Place>& place() const noexcept { return place_; }

 private:
  ErrorCode code_;
  std::string message_, subject_;
  std::optional<Place> place_;
};

/// `error` with `place`, unless it has one already: who knows the place best says it first.
Error located(const Error& error, const Place& place);

/// What concat() prints of a part: what it returns, if it can be called.
template <class Part>
decltype(auto) printed(const Part& part) {
  if constexpr (std::is_invocable_v<const Part&>) {
    return part();
  } else {
    return (part);
  }
}

/// Concatenates everything that an ostream can print. A callable stands for what it returns.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << printed(parts));
  return text.str();
}

/// Throws Error{code, concat(parts...)} unless `condition` holds. A part that costs something, such
/// as an id, is given as a callable: it is not asked where all is well.
template <class... Parts>
void require(bool condition, ErrorCode code, const Parts&... parts) {
  if (!condition) throw Error(code, concat(parts...));
}

/// The entry of `known` nearest to `word` by edit distance, or empty if none is close.
std::string nearest_name(const std::string& word, const std::vector<std::string>& known);

}  // namespace basalt
