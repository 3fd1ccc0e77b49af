// The client's side in clear: features to integers, integers to scores and labels.
#include "ir/client.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"

namespace basalt::ir {
namespace {

double standardized(const Preprocessing& pre, std::size_t feature, double value) {
  if (pre.mean.empty()) return value;
  const double deviation = pre.deviation[feature];
  return deviation == 0.0 ? 0.0 : (value - pre.mean[feature]) / deviation;
}

void check_preprocessing(const Preprocessing& pre, std::size_t features) {
  require(pre.mean.empty() || pre.mean.size() == features, ErrorCode::invalid_argument,
          "features: a row has ", features, " features, the model expects ", pre.mean.size());
  require(pre.deviation.size() == pre.mean.size() && pre.feature_of.size() == pre.quantizers.size(),
          ErrorCode::invalid_argument, "preprocessing: its parts differ in length");
  for (const std::uint32_t feature : pre.feature_of) {
    require(feature < features, ErrorCode::invalid_argument, "features: a row has ", features,
            " features, the model reads number ", feature);
  }
}

void quantize_into(const Preprocessing& pre, const double* features, std::size_t count,
                   Integer* out) {
  for (std::size_t feature = 0; feature < count; ++feature) {
    require(std::isfinite(features[feature]), ErrorCode::invalid_argument, "features: number ",
            feature, " is ", features[feature], ", expected a finite number");
  }
  for (std::size_t i = 0; i < pre.quantizers.size(); ++i) {
    const std::size_t feature = pre.feature_of[i];
    out[i] = pre.quantizers[i].quantize(standardized(pre, feature, features[feature]));
  }
}

std::vector<double> scores_of(const Postprocessing& post, std::span<const Integer> integers) {
  const std::vector<Integer> sums = combined(post, integers);
  require(post.scale.size() == sums.size() && post.offset.size() == sums.size(),
          ErrorCode::invalid_argument, "postprocessing: ", sums.size(), " sums, ",
          post.scale.size(), " scales, ", post.offset.size(), " offsets");
  std::vector<double> scores;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    scores.push_back(post.scale[i] * static_cast<double>(sums[i]) + post.offset[i]);
  }
  return scores;
}

std::vector<double> normalised(std::vector<double> shares) {
  double sum = 0.0;
  for (double& share : shares) sum += share = std::max(share, 0.0);
  for (double& share : shares) {
    share = sum > 0.0 ? share / sum : 1.0 / static_cast<double>(shares.size());
  }
  return shares;
}

std::vector<double> softmax(const std::vector<double>& scores) {
  const double top = *std::ranges::max_element(scores);
  std::vector<double> shares;
  for (const double score : scores) shares.push_back(std::exp(score - top));
  return normalised(std::move(shares));
}

/// [1 - p, p] with p = 1 / (1 + exp(-score)), without overflow.
std::vector<double> logistic(double score) {
  const double small = std::exp(-std::abs(score));
  const double likely = 1.0 / (1.0 + small), unlikely = small / (1.0 + small);
  return score > 0.0 ? std::vector<double>{unlikely, likely}
                     : std::vector<double>{likely, unlikely};
}

/// Each pair's vote, shared by the logistic function; sums to 1 over the classes.
std::vector<double> shares_of_pairs(const std::vector<double>& scores, std::size_t classes) {
  require(classes > 1 && scores.size() == classes * (classes - 1) / 2, ErrorCode::invalid_argument,
          "postprocessing: ", scores.size(), " scores for the pairs of ", classes, " classes");
  std::vector<double> votes(classes, 0.0);
  std::size_t at = 0;
  for (std::size_t first = 0; first < classes; ++first) {
    for (std::size_t second = first + 1; second < classes; ++second) {
      const std::vector<double> shares = logistic(scores[at++]);
      votes[first] += shares[0];
      votes[second] += shares[1];
    }
  }
  return normalised(std::move(votes));
}

std::int32_t argmax(const std::vector<double>& values) {
  return static_cast<std::int32_t>(std::ranges::max_element(values) - values.begin());
}

}  // namespace

std::vector<Integer> quantize_row(const Preprocessing& pre, std::span<const double> features) {
  check_preprocessing(pre, features.size());
  std::vector<Integer> integers(pre.quantizers.size());
  quantize_into(pre, features.data(), features.size(), integers.data());
  return integers;
}

Matrix<Integer> quantize_rows(const Preprocessing& pre, const Matrix<double>& features) {
  const auto columns = static_cast<std::size_t>(features.cols());
  check_preprocessing(pre, columns);
  Matrix<Integer> integers(features.rows(), static_cast<Eigen::Index>(pre.quantizers.size()));
  for (Eigen::Index row = 0; row < features.rows(); ++row) {
    quantize_into(pre, features.row(row).data(), columns, integers.row(row).data());
  }
  return integers;
}

std::vector<Integer> combined(const Postprocessing& post, std::span<const Integer> integers) {
  std::vector<Integer> sums(integers.begin(), integers.end());
  if (post.combine.rows > 0) sums = multiply(post.combine, integers);
  if (post.constant.empty()) return sums;
  require(post.constant.size() == sums.size(), ErrorCode::invalid_argument,
          "postprocessing: ", sums.size(), " sums, ", post.constant.size(), " constants");
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += post.constant[i];
  return sums;
}

Prediction interpret(const Postprocessing& post, std::span<const Integer> integers) {
  Prediction out;
  out.scores = scores_of(post, integers);
  require(!out.scores.empty(), ErrorCode::invalid_argument, "postprocessing: no scores");
  switch (post.link) {
    case Link::identity:
      out.values = out.scores;
      break;
    case Link::exponential:
      for (const double score : out.scores) out.values.push_back(std::exp(score));
      break;
    case Link::sign:
      out.probabilities = logistic(out.scores.front());
      out.label = out.scores.front() > 0.0 ? 1 : 0;
      break;
    case Link::softmax:
      out.probabilities = softmax(out.scores);
      out.label = argmax(out.scores);
      break;
    case Link::probability:
    case Link::vote:
      out.probabilities = normalised(out.scores);
      out.label = argmax(out.scores);
      break;
    case Link::one_vs_one:
      out.probabilities = shares_of_pairs(out.scores, post.classes.size());
      out.label = argmax(out.probabilities);
      break;
  }
  require(out.label < 0 || out.probabilities.size() == post.classes.size(),
          ErrorCode::invalid_argument, "postprocessing: ", out.probabilities.size(),
          " probabilities for ", post.classes.size(), " classes");
  return out;
}

QuantizerColumns columns_of(const std::vector<quant::Quantizer>& quantizers) {
  QuantizerColumns columns;
  for (const quant::Quantizer& quantizer : quantizers) {
    const quant::QuantizerSpec& spec = quantizer.spec();
    columns.scale.push_back(spec.scale);
    columns.zero_point.push_back(spec.zero_point);
    columns.low.push_back(spec.low);
    columns.high.push_back(spec.high);
  }
  return columns;
}

std::vector<quant::Quantizer> quantizers_from(const QuantizerColumns& columns) {
  const std::size_t count = columns.scale.size();
  require(columns.zero_point.size() == count && columns.low.size() == count &&
              columns.high.size() == count,
          ErrorCode::corrupt, "preprocessing: the columns of the quantizers differ in length");
  std::vector<quant::Quantizer> quantizers;
  for (std::size_t i = 0; i < count; ++i) {
    quantizers.emplace_back(quant::QuantizerSpec{.scale = columns.scale[i],
                                                 .zero_point = columns.zero_point[i],
                                                 .low = columns.low[i],
                                                 .high = columns.high[i]});
  }
  return quantizers;
}

}  // namespace basalt::ir
