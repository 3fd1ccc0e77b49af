// How often ranks show that they are there, and how those end that can only be run again.
#pragma once

namespace basalt::jobs {

inline constexpr double heartbeat_seconds = 1.0;  ///< Between those of a rank that waits.
inline constexpr int exit_to_resume = 75;         ///< EX_TEMPFAIL of sysexits.h.

}  // namespace basalt::jobs
