#include "jobs/sweep/sweep_folder.hpp"

#include "base/error.hpp"
#include "io/file/file.hpp"
#include "io/store/model_store.hpp"

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
void keep_model(const io::CampaignDocument& document, const files::path& folder) {
  const auto& given = document.given.sections.at("model").at("file").value;
  const files::path path = folder / files::path(std::get<std::string>(given)).filename();
  if (!files::exists(path)) io::save(*document.base.trained, path);
}

}  // namespace

void SweepFolder::claim(const io::CampaignDocument& document) const {
  io::make_folder(path_);
  if (!files::exists(campaign())) {
    require(is_fresh(path_), ErrorCode::mismatch, path_.string(),
            ": holds files, but no sweep; choose a new folder");
  } else {
    check(document);
  }
  for (const files::path& folder : {journal(), objects(), path_ / "log"}) io::make_folder(folder);
  if (!files::exists(campaign())) io::publish(campaign(), document.source);
  if (document.base.trained) keep_model(document, path_);
}

void SweepFolder::check(const io::CampaignDocument& document) const {
  const io::CampaignDocument found =
      io::parse_campaign(io::read_text(campaign()), campaign().string());
  require(found.id() == document.id(), ErrorCode::mismatch, path_.string(), ": holds the sweep \"",
          found.base.name, "\" (", found.id().brief(), "), not this one (", document.id().brief(),
          "); choose another folder, or undo the changes of the campaign");
}

}  // namespace basalt::jobs
