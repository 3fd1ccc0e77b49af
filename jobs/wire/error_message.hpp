// Errors on their way to another process.
#pragma once

#include <exception>
#include <span>

#include "base/error.hpp"
#include "jobs/wire/sealed_message.hpp"

namespace basalt::jobs {

/// The Error that `failure` is or stands for.
Error error_of(const std::exception_ptr& failure);

/// Code, subject, place and message. Never empty.
ByteVector encode_error(const Error& error);
/// Errors: corrupt if the bytes are not those of an error.
Error decode_error(std::span<const std::uint8_t> bytes);

/// The same in a sealed message.
ByteVector seal_error(const MessageKey& key, const Error& error);
/// Errors: corrupt if the message is not sound.
Error open_error(const MessageKey& key, std::span<const std::uint8_t> message);

}  // namespace basalt::jobs
