#include "jobs/sweep/sweep_folder.hpp"

#include "base/error.hpp"
#include "io/config/campaign_config.hpp"
#include "io/file/file.hpp"
#include "io/store/model_store.hpp"
#include "pipeline/make_recipe.hpp"

namespace basalt::jobs {
namespace {

namespace files = std::filesystem;

/// Whether a folder without a campaign holds nothing but what a killed start may have left.
bool is_fresh(const files::path& path) {
  for (const auto& entry : files::directory_iterator(path)) {
    const files::path name = entry.path().filename();
    const bool ours = name == "journal" || name == "objects" || name == "log";
    if (!ours && !io::is_draft_name(name)) return false;
  }
  return true;
}

/// The trained model of a campaign, next to the campaign's copy and under its own name, so that the
/// folder can be moved.
void keep_model(const search::Campaign& campaign, const files::path& folder) {
  const files::path file = pipeline::trained_file(campaign.given).value();
  const files::path path = folder / file.filename();
  if (!files::exists(path)) io::save(*campaign.base.trained, path);
}

}  // namespace

void SweepFolder::claim(const search::Campaign& campaign) const {
  io::make_folder(path_);
  if (!files::exists(campaign_file())) {
    require(is_fresh(path_), ErrorCode::mismatch, path_.string(),
            ": holds files, but no sweep; choose a new folder");
  } else {
    check(campaign);
  }
  for (const files::path& folder : {journal(), objects(), path_ / "log"}) io::make_folder(folder);
  if (!files::exists(campaign_file())) io::publish(campaign_file(), campaign.source);
  if (campaign.base.trained) keep_model(campaign, path_);
}

void SweepFolder::check(const search::Campaign& campaign) const {
  const search::Campaign found =
      io::parse_campaign(io::read_text(campaign_file()), campaign_file().string());
  const Digest found_id = found.id(), id = campaign.id();
  require(found_id == id, ErrorCode::mismatch, path_.string(), ": holds the sweep \"",
          found.base.name, "\" (", found_id.brief(), "), not this one (", id.brief(),
          "); choose another folder, or undo the changes of the campaign");
}

}  // namespace basalt::jobs
