// The folder of a sweep: what lies where, and whose it is.
#pragma once

#include <filesystem>

#include "base/digest.hpp"
#include "search/campaign.hpp"

namespace basalt::jobs {

/// campaign.toml as run, journal/, objects/ by id, log/, and the files derived from the journals.
class SweepFolder {
 public:
  explicit SweepFolder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path campaign_file() const { return path_ / "campaign.toml"; }
  std::filesystem::path journal() const { return path_ / "journal"; }
  std::filesystem::path objects() const { return path_ / "objects"; }
  /// Where the model or circuit with this id is.
  std::filesystem::path object(const Digest& id) const {
    return objects() / id.hex().substr(0, 2) / (id.hex() + ".h5");
  }
  std::filesystem::path results() const { return path_ / "results.h5"; }
  std::filesystem::path table() const { return path_ / "results.csv"; }

  /// Makes the folder for a campaign, or finds that it is this campaign's already. For one process
  /// at a time.
  /// Errors: mismatch if it holds another campaign or other files; io.
  void claim(const search::Campaign& campaign) const;
  /// Errors: not_found if this process does not see the campaign's file; mismatch if it is another.
  void check(const search::Campaign& campaign) const;

 private:
  std::filesystem::path path_;
};

}  // namespace basalt::jobs
