#include "jobs/farm/farm_result.hpp"

#include <array>
#include <cstring>

#include "jobs/wire/error_message.hpp"

namespace basalt::jobs {
namespace {

constexpr Schema result_schema{.id = 3, .version = 1, .limit = std::size_t{1} << 20};

/// First byte of the content.
enum class Kind : std::uint8_t { result, failure };

/// What follows Kind::result.
struct Counts {
  std::uint64_t interrupted = 0, lost_ranks = 0;
};

ByteVector sealed(const MessageKey& key, Kind kind, std::span<const std::uint8_t> rest) {
  ByteVector content{static_cast<std::uint8_t>(kind)};
  content.insert(content.end(), rest.begin(), rest.end());
  return seal(key, result_schema, content);
}

}  // namespace

ByteVector encode_result(const MessageKey& key, const FarmResult& result) {
  const Counts counts{result.interrupted ? 1u : 0u, result.lost_ranks};
  std::array<std::uint8_t, sizeof counts> bytes{};
  std::memcpy(bytes.data(), &counts, sizeof counts);
  return sealed(key, Kind::result, bytes);
}

ByteVector encode_failure(const MessageKey& key, const Error& failure) {
  return sealed(key, Kind::failure, encode_error(failure));
}

FarmResult decode_result(const MessageKey& key, std::span<const std::uint8_t> message) {
  const auto content = open(key, result_schema, message);
  require(!content.empty(), ErrorCode::corrupt, "message: a farm's result without content");
  const auto rest = content.subspan(1);
  if (content.front() == static_cast<std::uint8_t>(Kind::failure)) throw decode_error(rest);
  Counts counts;
  require(rest.size() == sizeof counts, ErrorCode::corrupt, "message: a farm's result of ",
          rest.size(), " bytes, expected ", sizeof counts);
  std::memcpy(&counts, rest.data(), sizeof counts);
  return {counts.interrupted != 0, static_cast<std::size_t>(counts.lost_ranks)};
}

}  // namespace basalt::jobs
