// How ranks show that they live, and how those end that can only be run again.
#pragma once

namespace basalt::jobs {

inline constexpr double sign_of_life_seconds = 1.0;  ///< Between the signs of a rank that waits.
inline constexpr int exit_to_resume = 75;            ///< EX_TEMPFAIL of sysexits.h.

}  // namespace basalt::jobs
