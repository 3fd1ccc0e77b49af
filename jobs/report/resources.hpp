// The parts of the page that are embedded in the program at build time.
#pragma once

#include <string_view>

namespace basalt::jobs {

std::string_view page_template();
std::string_view page_style();
std::string_view page_script();
/// Vega, joined to one script.
std::string_view page_charts();

}  // namespace basalt::jobs
