#include "jobs/report/resources.hpp"

// The assembler copies a file as it is; no tool has to turn it into source.
#define BASALT_EMBED(name, path)                                                       \
  __asm__(".section .rodata\n.global basalt_" #name "_begin\nbasalt_" #name            \
          "_begin:\n.incbin \"" path "\"\n.global basalt_" #name "_end\nbasalt_" #name \
          "_end:\n.byte 0\n.previous\n");                                              \
  extern "C" const char basalt_##name##_begin[], basalt_##name##_end[]

BASALT_EMBED(template, BASALT_PAGE_FOLDER "/page.html");
BASALT_EMBED(style, BASALT_PAGE_FOLDER "/page.css");
BASALT_EMBED(script, BASALT_PAGE_FOLDER "/page.js");
BASALT_EMBED(charts, BASALT_CHARTS_FILE);

namespace basalt::jobs {

std::string_view page_template() {
  return {basalt_template_begin, basalt_template_end};
}
std::string_view page_style() {
  return {basalt_style_begin, basalt_style_end};
}
std::string_view page_script() {
  return {basalt_script_begin, basalt_script_end};
}
std::string_view page_charts() {
  return {basalt_charts_begin, basalt_charts_end};
}

}  // namespace basalt::jobs
