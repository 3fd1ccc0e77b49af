#include "jobs/cli/cost_file.hpp"

#include <array>
#include <cstdlib>
#include <utility>

#include "base/error.hpp"
#include "io/file/file.hpp"

namespace basalt::jobs::cli {
namespace {

using Part = std::pair<const char*, double tfhe::CostModel::*>;

constexpr std::array<Part, 9> parts{
    Part{"transform_per_level", &tfhe::CostModel::transform_per_level},
    Part{"transform", &tfhe::CostModel::transform},
    Part{"product", &tfhe::CostModel::product},
    Part{"bundle", &tfhe::CostModel::bundle},
    Part{"monomials", &tfhe::CostModel::monomials},
    Part{"large_growth", &tfhe::CostModel::large_growth},
    Part{"wide", &tfhe::CostModel::wide},
    Part{"keyswitch_per_product", &tfhe::CostModel::keyswitch_per_product},
    Part{"linear_per_product", &tfhe::CostModel::linear_per_product}};

std::filesystem::path cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache != '\0') return cache;
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home != '\0') return std::filesystem::path(home) / ".cache";
  return {};
}

}  // namespace

std::filesystem::path cost_file(const std::string& host, const std::string& kernels) {
  const std::filesystem::path folder = cache_folder();
  if (folder.empty()) return {};
  return folder / "basalt" / concat("costs-", host, "-", kernels, ".json");
}

Json json_of(const MeasuredCosts& costs) {
  Json json{{"host", costs.host}, {"processor", costs.processor}, {"kernels", costs.kernels}};
  for (const auto& [name, part] : parts) json[name] = costs.model.*part;
  return json;
}

void save(const MeasuredCosts& costs, const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::create_directories(path.parent_path(), failure);
  require(!failure, ErrorCode::io, path.parent_path().string(),
          ": cannot make the folder: ", failure.message());
  io::publish(path, json_of(costs).dump(2) + "\n");
}

MeasuredCosts load_costs(const std::filesystem::path& path) {
  const std::string text = io::read_text(path);
  try {
    const Json json = Json::parse(text);
    MeasuredCosts costs{.host = json.at("host").get<std::string>(),
                        .processor = json.at("processor").get<std::string>(),
                        .kernels = json.at("kernels").get<std::string>(),
                        .model = {}};
    for (const auto& [name, part] : parts) {
      costs.model.*part = json.at(name).get<double>();
      require(costs.model.*part >= 0.0, ErrorCode::corrupt, name, " is below 0");
    }
    return costs;
  } catch (const std::exception& error) {
    throw Error(ErrorCode::corrupt, concat(path.string(), ": no costs of a machine: ", error.what(),
                                           "; `basalt doctor --calibrate` measures them again"));
  }
}

}  // namespace basalt::jobs::cli
