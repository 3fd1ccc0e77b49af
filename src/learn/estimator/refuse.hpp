// How settings are refused.
#pragma once

#include <string>

#include "base/error.hpp"

namespace basalt::learn {

/// Errors: invalid_argument with the setting as subject, always.
[[noreturn]] inline void refuse(const std::string& setting, const std::string& message) {
  throw Error(ErrorCode::invalid_argument, message, setting);
}

}  // namespace basalt::learn
