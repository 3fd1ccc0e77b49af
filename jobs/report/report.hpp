// What a finished or running sweep has to tell.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/settings.hpp"
#include "ir/encoded_graph.hpp"
#include "jobs/log/machine.hpp"
#include "learn/model/model.hpp"

namespace basalt::jobs {

/// One trial as the report shows it.
struct ReportedTrial {
  std::uint64_t trial = 0;
  std::string state{}, reason{};
  std::map<std::string, SettingValue> configuration{};
  std::map<std::string, double> result{}, timing{};
  std::string model_id{}, circuit_id{};
  std::vector<learn::EpochRecord> history{};
};

/// How to take one model of the front into use: the commands, in order.
struct Deployment {
  std::uint64_t trial = 0;
  std::vector<std::string> commands{};
};

/// Rows by true and predicted class.
struct Confusion {
  std::vector<std::string> classes{};
  Matrix<std::int64_t> counts{};  ///< Shape: [true class x predicted class].
};

struct Report {
  std::string name{}, subtitle{};
  std::vector<std::string> objectives{};  ///< "-" in front of what is to be small.
  std::vector<ReportedTrial> trials{};
  std::vector<std::uint64_t> front{};  ///< Trials that no other beats in every objective.
  std::optional<std::uint64_t> best{};
  std::vector<ir::LayerSummary> layers{};           ///< Of the best model.
  std::map<std::string, std::string> parameters{};  ///< Of the best model, in words.
  std::optional<Confusion> confusion{};             ///< Of the best model on its test rows.
  std::vector<Deployment> deployments{};
  std::vector<std::pair<std::string, std::string>> environment{};
  std::string campaign{};  ///< The file, as run.
};

/// Reads campaign.toml, results.h5 and the best circuit of a sweep's folder. What is missing (the
/// data, a model) leaves its part of the report empty.
/// Errors: not_found if there is no campaign.toml or results.h5; corrupt as the loaders.
Report report_of(const std::filesystem::path& folder);

}  // namespace basalt::jobs
