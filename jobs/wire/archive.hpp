// Values as bytes, by Boost.Serialization: what ranks may tell each other and journals keep.
#pragma once

#include <span>
#include <type_traits>

#include "jobs/score/shard.hpp"
#include "jobs/wire/bytes.hpp"
#include "search/trial.hpp"

namespace basalt::jobs {

/// The closed list of types that may travel: flat descriptions. Keys, ciphertexts and data are not
/// on it, so that a program that tried to send them would not compile.
template <class T>
inline constexpr bool may_travel =
    std::is_same_v<T, search::TrialTask> || std::is_same_v<T, search::TrialOutcome> ||
    std::is_same_v<T, Shard> || std::is_same_v<T, ShardOutcome>;

/// For messages between ranks of one run: fast, of this machine's form.
template <class T>
requires may_travel<T> ByteVector to_message(const T& value);
/// Errors: corrupt unless the bytes are exactly one value. Give it verified bytes only.
template <class T>
requires may_travel<T> T from_message(std::span<const std::uint8_t> bytes);

/// For files: text, of every machine's form. Real numbers keep every bit.
template <class T>
requires may_travel<T> ByteVector to_record(const T& value);
/// Errors: corrupt unless the bytes are exactly one value. Give it verified bytes only.
template <class T>
requires may_travel<T> T from_record(std::span<const std::uint8_t> bytes);

}  // namespace basalt::jobs
