// Errors as tests expect them: a code, and what the message must say.
#pragma once

#include <gtest/gtest.h>

#include <source_location>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace basalt {

/// Expects that `action` throws an Error of `code` whose message contains `words`.
template <class Action>
void expect_error(ErrorCode code, std::string_view words, Action action,
                  std::source_location where = std::source_location::current()) {
  const auto fail = [&](const std::string& found) {
    ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line()))
        << "expected an error of code " << static_cast<int>(code) << " that says \"" << words
        << "\", found " << found;
  };
  try {
    action();
  } catch (const Error& error) {
    const std::string message = error.what();
    if (error.code() != code || message.find(words) == std::string::npos) {
      fail("code " + std::to_string(static_cast<int>(error.code())) + ": " + message);
    }
    return;
  }
  fail("none");
}

}  // namespace basalt
