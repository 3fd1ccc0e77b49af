#include "jobs/wire/archive.hpp"

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>
#include <sstream>
#include <streambuf>

#include "jobs/wire/serialize.hpp"

namespace basalt::jobs {
namespace {

constexpr unsigned flags = boost::archive::no_header | boost::archive::no_codecvt;

/// A stream buffer that appends to bytes.
class Collector : public std::streambuf {
 public:
  ByteVector bytes;

 protected:
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    bytes.insert(bytes.end(), text, text + count);
    return count;
  }
  int_type overflow(int_type character) override {
    bytes.push_back(static_cast<std::uint8_t>(character));
    return character;
  }
};

template <class Archive, class T>
ByteVector written(const T& value) {
  Collector collector;
  if constexpr (std::is_same_v<Archive, boost::archive::text_oarchive>) {
    std::ostream stream(&collector);
    Archive archive(stream, flags);
    const wire::Carried<const T> carried{value};
    archive << carried;
  } else {
    Archive archive(collector, flags);
    const wire::Carried<const T> carried{value};
    archive << carried;
  }
  return std::move(collector.bytes);
}

template <class Archive, class T>
T read(std::span<const std::uint8_t> bytes) {
  std::stringbuf source(std::string(bytes.begin(), bytes.end()), std::ios::in);
  T value{};
  try {
    wire::Carried<T> carried{value};
    if constexpr (std::is_same_v<Archive, boost::archive::text_iarchive>) {
      std::istream stream(&source);
      Archive archive(stream, flags);
      archive >> carried;
    } else {
      Archive archive(source, flags);
      archive >> carried;
      require(source.in_avail() <= 0, ErrorCode::corrupt, "archive: bytes are left over");
    }
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorCode::corrupt, concat("archive: ", error.what()));
  }
  return value;
}

}  // namespace

template <class T>
requires may_travel<T> ByteVector to_message(const T& value) {
  return written<boost::archive::binary_oarchive>(value);
}
template <class T>
requires may_travel<T> T from_message(std::span<const std::uint8_t> bytes) {
  return read<boost::archive::binary_iarchive, T>(bytes);
}
template <class T>
requires may_travel<T> ByteVector to_record(const T& value) {
  return written<boost::archive::text_oarchive>(value);
}
template <class T>
requires may_travel<T> T from_record(std::span<const std::uint8_t> bytes) {
  return read<boost::archive::text_iarchive, T>(bytes);
}

template ByteVector to_message(const search::TrialTask&);
template ByteVector to_message(const search::TrialOutcome&);
template ByteVector to_message(const Shard&);
template ByteVector to_message(const ShardOutcome&);
template search::TrialTask from_message(std::span<const std::uint8_t>);
template search::TrialOutcome from_message(std::span<const std::uint8_t>);
template Shard from_message(std::span<const std::uint8_t>);
template ShardOutcome from_message(std::span<const std::uint8_t>);
template ByteVector to_record(const search::TrialOutcome&);
template search::TrialOutcome from_record(std::span<const std::uint8_t>);

}  // namespace basalt::jobs
