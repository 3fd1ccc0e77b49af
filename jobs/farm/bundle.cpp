#include "jobs/farm/bundle.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace basalt::jobs {
namespace {

constexpr Schema parcels_schema{.id = 1, .version = 1, .limit = std::size_t{256} << 20};
constexpr Schema error_schema{.id = 2, .version = 1, .limit = std::size_t{1} << 20};

void append(ByteVector& bytes, std::uint64_t number) {
  const auto* raw = reinterpret_cast<const std::uint8_t*>(&number);
  bytes.insert(bytes.end(), raw, raw + sizeof number);
}

std::uint64_t take_number(std::span<const std::uint8_t>& rest) {
  std::uint64_t number = 0;
  require(rest.size() >= sizeof number, ErrorCode::corrupt, "message: a bundle ends early");
  std::memcpy(&number, rest.data(), sizeof number);
  rest = rest.subspan(sizeof number);
  return number;
}

}  // namespace

ByteVector seal_parcels(const WireKey& key, std::span<const Parcel> parcels) {
  ByteVector content;
  for (const Parcel& parcel : parcels) {
    append(content, parcel.id);
    append(content, parcel.content.size());
    content.insert(content.end(), parcel.content.begin(), parcel.content.end());
  }
  return seal(key, parcels_schema, content);
}

std::vector<Parcel> open_parcels(const WireKey& key, std::span<const std::uint8_t> envelope) {
  auto rest = open(key, parcels_schema, envelope);
  std::vector<Parcel> parcels;
  while (!rest.empty()) {
    const TaskId id = take_number(rest);
    const std::uint64_t size = take_number(rest);
    require(size <= rest.size(), ErrorCode::corrupt, "message: a parcel ends early");
    parcels.push_back({id, ByteVector(rest.begin(), rest.begin() + std::ptrdiff_t(size))});
    rest = rest.subspan(size);
  }
  return parcels;
}

ByteVector seal_error(const WireKey& key, const Error& error) {
  ByteVector content{static_cast<std::uint8_t>(error.code())};
  const std::string text = error.subject() + '\0' + error.what();
  content.insert(content.end(), text.begin(), text.end());
  return seal(key, error_schema, content);
}

Error open_error(const WireKey& key, std::span<const std::uint8_t> envelope) {
  const auto content = open(key, error_schema, envelope);
  require(!content.empty(), ErrorCode::corrupt, "message: an error without content");
  const std::string text(content.begin() + 1, content.end());
  const std::size_t end = std::min(text.find('\0'), text.size());
  return Error(static_cast<ErrorCode>(content.front()),
               end < text.size() ? text.substr(end + 1) : "", text.substr(0, end));
}

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

}  // namespace basalt::jobs
