// Campaigns and synthetic trials for tests of sweeps.
#pragma once

#include <cmath>

#include "search/campaign.hpp"
#include "search/trial.hpp"

namespace basalt::search {

inline SpaceEntry choices(const std::string& key, std::vector<SettingValue> values) {
  return {"model", key, std::move(values), 1};
}
inline SpaceEntry real(const std::string& key, double low, double high, bool log = false) {
  return {"model", key, Interval{low, high, log, false}, 1};
}
inline SpaceEntry whole(const std::string& key, double low, double high, bool log = false) {
  return {"model", key, Interval{low, high, log, true}, 1};
}

/// A campaign over two bits and a rate, with 27 epochs.
inline Campaign toy_campaign(const std::string& sampler, std::int64_t trials) {
  Campaign campaign;
  campaign.base.name = "toy";
  campaign.base.seed = Seed{7};
  campaign.base.model.restore("max_epochs", std::int64_t{27});
  campaign.space = {choices("module__n_w_bits", {std::int64_t{2}, std::int64_t{3}}),
                    whole("module__n_accum_bits", 3, 6), real("lr", 1e-3, 1e-1, true)};
  campaign.search.sampler = sampler;
  campaign.search.trials = trials;
  campaign.search.window = 8;
  return campaign;
}

/// A run that is quick: accuracy peaks at lr = 0.02 and grows with bits and epochs, cost grows with
/// bits. Trials with 6 accumulator bits and 3 weight bits are infeasible, some raise.
inline pipeline::Record toy_record(const TrialTask& task) {
  pipeline::Record record;
  const auto& configuration = task.configuration;
  const auto bits = std::get<std::int64_t>(configuration.at("module__n_accum_bits"));
  const auto weights = std::get<std::int64_t>(configuration.at("module__n_w_bits"));
  const double lr = std::get<double>(configuration.at("lr"));
  if (bits == 6 && weights == 3) {
    record.state = pipeline::Record::State::infeasible;
    record.reason = "layer 1 needs 9 bits";
    return record;
  }
  if (lr > 0.09) {
    record.state = pipeline::Record::State::failed;
    record.reason = "diverged";
    return record;
  }
  const double miss = std::log(lr / 0.02);
  const double noise = 0.001 * static_cast<double>(trial_seed(Seed{7}, task.trial).value % 10);
  record.result["test_accuracy"] = 0.9 + 0.02 * static_cast<double>(bits) - 0.02 * miss * miss -
                                   0.05 * (1.0 - task.share) + noise;
  record.result["predicted_seconds_per_row"] = 0.1 * static_cast<double>((bits << 1) + weights);
  record.result["max_bits"] = static_cast<double>(bits);
  return record;
}

}  // namespace basalt::search
