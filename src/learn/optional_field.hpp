// Fields that files of earlier versions lack.
#pragma once

namespace basalt::learn {

/// Whether a field takes part in a description: for readers, if the file has it; for writers and
/// hashers, if it is `filled`. So ids of files without the field stay what they were.
template <class Visitor>
bool takes_part(const Visitor& visit, const char* name, bool filled) {
  if constexpr (requires { visit.has(name); }) {
    return visit.has(name);
  } else {
    return filled;
  }
}

}  // namespace basalt::learn
