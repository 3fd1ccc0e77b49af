// The table of epochs that users of skorch know: one line per epoch, the best values marked.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "learn/model/history.hpp"

namespace basalt::jobs::cli {

/// The table of epochs that is printed while training runs.
class EpochTable {
 public:
  /// With `colour` the best values so far are green; without, they carry a "+".
  explicit EpochTable(bool colour) : colour_(colour) {}

  /// The lines that an epoch adds: with the first one a header. `seconds`: of this epoch.
  std::vector<std::string> lines(const learn::EpochRecord& record, double seconds);

 private:
  /// What stands where the mark of a best value would.
  const char* mark_of_none() const { return colour_ ? "" : " "; }
  std::string cell(const std::string& name, double value, bool lower_is_better);

  bool colour_;
  std::map<std::string, double> best_;
};

}  // namespace basalt::jobs::cli
