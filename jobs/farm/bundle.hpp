// Tasks and outcomes in sealed messages.
#pragma once

#include <span>
#include <vector>

#include "base/error.hpp"
#include "jobs/farm/agent.hpp"
#include "jobs/wire/envelope.hpp"

namespace basalt::jobs {

/// Several parcels in one envelope.
ByteVector seal_parcels(const WireKey& key, std::span<const Parcel> parcels);
/// Errors: corrupt if the envelope or its inside is not sound.
std::vector<Parcel> open_parcels(const WireKey& key, std::span<const std::uint8_t> envelope);

/// An error in an envelope; an empty text stands for none.
ByteVector seal_error(const WireKey& key, const Error& error);
/// Errors: corrupt if the envelope is not sound.
Error open_error(const WireKey& key, std::span<const std::uint8_t> envelope);

/// The Error that `failure` is or stands for.
Error error_of(const std::exception_ptr& failure);

}  // namespace basalt::jobs
