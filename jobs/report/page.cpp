#include "jobs/report/page.hpp"

#include <nlohmann/json.hpp>

#include "jobs/report/resources.hpp"

namespace basalt::jobs {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const SettingValue& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

/// JSON has no infinities: what is not finite is left out.
Json json_of(const std::map<std::string, double>& numbers) {
  Json object = Json::object();
  for (const auto& [name, value] : numbers) {
    if (std::isfinite(value)) object[name] = value;
  }
  return object;
}

Json json_of(const ReportedTrial& trial) {
  Json configuration = Json::object();
  for (const auto& [name, value] : trial.configuration) configuration[name] = json_of(value);
  Json history = Json::array();
  for (const learn::EpochRecord& epoch : trial.history) {
    history.push_back({{"epoch", epoch.epoch},
                       {"train_loss", epoch.train_loss},
                       {"valid_loss", epoch.valid_loss},
                       {"valid_accuracy", epoch.valid_accuracy}});
  }
  return {{"trial", trial.trial},
          {"state", trial.state},
          {"reason", trial.reason},
          {"configuration", configuration},
          {"result", json_of(trial.result)},
          {"timing", json_of(trial.timing)},
          {"model_id", trial.model_id},
          {"circuit_id", trial.circuit_id},
          {"history", history}};
}

Json json_of(const ir::LayerSummary& layer) {
  return {{"name", layer.name},
          {"neurons", layer.neurons},
          {"fan_in_max", layer.fan_in_max},
          {"l1_max", layer.l1_max},
          {"bits", layer.bits},
          {"wraps", layer.wraps},
          {"range_low", layer.range_low},
          {"range_high", layer.range_high},
          {"norm2", layer.norm2},
          {"bootstraps", layer.bootstraps}};
}

Json json_of(const Confusion& confusion) {
  Json counts = Json::array();
  for (Eigen::Index row = 0; row < confusion.counts.rows(); ++row) {
    Json line = Json::array();
    for (const std::int64_t count : confusion.counts.row(row)) line.push_back(count);
    counts.push_back(line);
  }
  return {{"classes", confusion.classes}, {"counts", counts}};
}

Json json_of(const Report& report) {
  Json data{{"name", report.name},
            {"subtitle", report.subtitle},
            {"objectives", report.objectives},
            {"trials", Json::array()},
            {"front", report.front},
            {"best", report.best ? Json(*report.best) : Json()},
            {"layers", Json::array()},
            {"parameters", Json::object()},
            {"confusion", report.confusion ? json_of(*report.confusion) : Json()},
            {"deploy", Json::array()},
            {"environment", Json::object()},
            {"campaign", report.campaign}};
  for (const ReportedTrial& trial : report.trials) data["trials"].push_back(json_of(trial));
  for (const ir::LayerSummary& layer : report.layers) data["layers"].push_back(json_of(layer));
  for (const auto& [name, value] : report.parameters) data["parameters"][name] = value;
  for (const auto& [name, value] : report.environment) data["environment"][name] = value;
  for (const Deployment& entry : report.deployments) {
    data["deploy"].push_back({{"trial", entry.trial}, {"commands", entry.commands}});
  }
  return data;
}

std::string replaced(const std::string& text, const std::map<char, std::string>& by) {
  std::string result;
  for (const char c : text) {
    const auto found = by.find(c);
    result += found == by.end() ? std::string(1, c) : found->second;
  }
  return result;
}

/// "<" cannot close the script element that holds the data.
std::string script_safe(const std::string& text) {
  return replaced(text, {{'<', "\\u003c"}});
}

std::string markup_safe(const std::string& text) {
  return replaced(text, {{'<', "&lt;"}, {'&', "&amp;"}});
}

void append_filled(std::string& page, std::string_view name, const Report& report) {
  if (name == "title") page += markup_safe(report.name + " - Basalt");
  if (name == "style") page += page_style();
  if (name == "charts") page += page_charts();
  if (name == "script") page += page_script();
  if (name == "data") {
    page += script_safe(json_of(report).dump(-1, ' ', false, Json::error_handler_t::replace));
  }
}

}  // namespace

std::string page_of(const Report& report) {
  std::string page;
  std::string_view rest = page_template();
  for (;;) {
    const std::size_t open = rest.find("@@");
    page += rest.substr(0, open);
    if (open == std::string_view::npos) return page;
    const std::size_t close = rest.find("@@", open + 2);
    append_filled(page, rest.substr(open + 2, close - open - 2), report);
    rest.remove_prefix(close + 2);
  }
}

}  // namespace basalt::jobs
