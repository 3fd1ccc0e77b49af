#include "jobs/wire/error_message.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

namespace basalt::jobs {
namespace {

constexpr Schema error_schema{.id = 2, .version = 2, .limit = std::size_t{1} << 20};
constexpr char separator = '\0';

/// The text up to the next separator, which is taken off `rest` too.
std::string take_text(std::string& rest) {
  const std::size_t end = rest.find(separator);
  require(end != std::string::npos, ErrorCode::corrupt, "message: an error ends early");
  const std::string text = rest.substr(0, end);
  rest.erase(0, end + 1);
  return text;
}

}  // namespace

Error error_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    return Error(ErrorCode::internal, error.what());
  } catch (...) {
    return Error(ErrorCode::internal, "an exception of unknown type");
  }
}

ByteVector encode_error(const Error& error) {
  ByteVector bytes{static_cast<std::uint8_t>(error.code())};
  const auto append = [&bytes](const std::string& text) {
    bytes.insert(bytes.end(), text.begin(), text.end());
  };
  const std::string file = error.place() ? error.place()->file : "";
  const std::string line = error.place() ? std::to_string(error.place()->line) : "";
  for (const std::string& text : {error.subject(), file, line}) append(text + separator);
  append(error.message());
  return bytes;
}

Error decode_error(std::span<const std::uint8_t> bytes) {
  constexpr auto last = static_cast<std::uint8_t>(ErrorCode::internal);
  require(!bytes.empty() && bytes.front() <= last, ErrorCode::corrupt,
          "message: an error without code");
  std::string rest(bytes.begin() + 1, bytes.end());
  const std::string subject = take_text(rest), file = take_text(rest), line = take_text(rest);
  std::optional<Place> place;
  if (!line.empty()) place = Place{file, std::atoi(line.c_str())};
  return Error(static_cast<ErrorCode>(bytes.front()), rest, subject, place);
}

ByteVector seal_error(const MessageKey& key, const Error& error) {
  return seal(key, error_schema, encode_error(error));
}

Error open_error(const MessageKey& key, std::span<const std::uint8_t> message) {
  return decode_error(open(key, error_schema, message));
}

}  // namespace basalt::jobs
