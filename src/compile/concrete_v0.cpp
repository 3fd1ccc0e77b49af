// Nested loops of the published optimizer, in its order and with its cuts.
#include "compile/concrete_v0.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "tfhe/cost.hpp"
#include "tfhe/noise.hpp"
#include "tfhe/security.hpp"

namespace basalt::compile {
namespace {

using tfhe::Decomposition;

constexpr int largest_glwe_dimension = 6;
constexpr int smallest_log2_size = 8, largest_log2_size = 17;
constexpr std::size_t smallest_lwe_dimension = 512, largest_lwe_dimension = 2047;
constexpr int word_bits = 64;
constexpr int given_up_levels = 16;  ///< Levels in a row that bring nothing at base 2.
constexpr double unlimited = std::numeric_limits<double>::infinity();

struct PublishedDigits {
  Decomposition decomposition;
  double variance = unlimited;
  double operations = 0.0;
};

/// Levels ascending with falling noise; the base of each level is searched downwards from that of
/// the level before.
template <class VarianceOf>
std::vector<PublishedDigits> pareto_front(VarianceOf variance_of) {
  std::vector<PublishedDigits> front;
  int base_log = word_bits, skipped = 0;
  double least = unlimited;
  for (int levels = 1; levels <= word_bits; ++levels) {
    PublishedDigits best;
    for (int candidate = base_log; candidate >= 1; --candidate) {
      if (candidate * levels > word_bits) continue;
      const double variance = variance_of(Decomposition{candidate, levels});
      if (variance > best.variance) break;
      best = {{candidate, levels}, variance, 0.0};
    }
    if (!std::isfinite(best.variance)) break;
    base_log = best.decomposition.base_log;
    if (best.variance > least) {
      if (base_log == 1 && ++skipped >= given_up_levels) break;
      continue;
    }
    least = best.variance;
    front.push_back(best);
  }
  return front;
}

class PublishedSearch {
 public:
  explicit PublishedSearch(const ConcreteV0Query& query)
      : query_(query), keyswitches_(largest_lwe_dimension + 1) {
    const double deviations = tfhe::deviations_for({std::log2(query.p_error)});
    const double safe = tfhe::half_box(query.precision) / deviations;
    largest_variance_ = safe * safe;
    gain_ = std::exp2(2.0 * query.log2_norm);
  }

  std::optional<ConcreteV0Answer> run() {
    for (std::size_t k = 1; k <= largest_glwe_dimension; ++k) {
      for (int log2_size = smallest_log2_size; log2_size <= largest_log2_size; ++log2_size) {
        visit_shape(k, std::size_t{1} << log2_size);
      }
    }
    if (!best_) return std::nullopt;
    best_->log2_p_error =
        tfhe::log2_failure_probability(tfhe::half_box(query_.precision), {best_variance_});
    return best_;
  }

 private:
  static double switching(std::size_t n, std::size_t N) {
    return tfhe::modulus_switch_variance(n, N, tfhe::ModulusSwitch::standard).value;
  }

  const std::vector<PublishedDigits>& keyswitches(std::size_t n) {
    std::vector<PublishedDigits>& front = keyswitches_[n];
    if (front.empty()) {
      const Variance key = tfhe::fresh_variance(tfhe::concrete_minimal_noise(n, query_.security));
      front = pareto_front([&](const Decomposition& digits) {
        return tfhe::concrete::keyswitch_variance_per_bit(digits, key).value;
      });
    }
    return front;
  }

  void visit_shape(std::size_t k, std::size_t N) {
    if (switching(smallest_lwe_dimension, N) > largest_variance_) return;
    const double noise = tfhe::concrete_minimal_noise(k * N, query_.security);
    if (!std::isfinite(noise)) return;
    std::vector<PublishedDigits> products = pareto_front([&](const Decomposition& digits) {
      return tfhe::concrete::external_product_variance(k, N, digits, tfhe::fresh_variance(noise))
          .value;
    });
    for (PublishedDigits& product : products) {
      product.operations = tfhe::external_product_operations(k, N, product.decomposition);
    }
    for (std::size_t n = smallest_lwe_dimension; n <= largest_lwe_dimension; ++n) {
      const double switched = switching(n, N);
      if (switched > largest_variance_) return;
      if (std::isfinite(tfhe::concrete_minimal_noise(n, query_.security))) {
        visit_dimension(k, N, n, noise, switched, products);
      }
    }
  }

  void visit_dimension(std::size_t k, std::size_t N, std::size_t n, double glwe_noise,
                       double switched, const std::vector<PublishedDigits>& products) {
    const double size = static_cast<double>(n);
    const double dot = static_cast<double>(query_.sum_size * k * N);
    for (const PublishedDigits& product : products) {
      const double rotation = gain_ * size * product.variance;
      if (rotation + switched > largest_variance_) continue;
      const double operations = dot + size * product.operations;
      if (operations > best_operations_) return;
      tfhe::ParameterSpec spec{.lwe_dimension = n,
                               .glwe_dimension = k,
                               .polynomial_size = N,
                               .bootstrap = product.decomposition,
                               .glwe_noise = glwe_noise};
      visit_keyswitches(spec, rotation + switched, operations);
    }
  }

  /// From the most precise key switch to the cheapest.
  void visit_keyswitches(tfhe::ParameterSpec& spec, double variance_without,
                         double operations_without) {
    const std::size_t big = spec.glwe_dimension * spec.polynomial_size;
    const std::vector<PublishedDigits>& front = keyswitches(spec.lwe_dimension);
    for (auto digits = front.rbegin(); digits != front.rend(); ++digits) {
      const double operations =
          operations_without +
          tfhe::keyswitch_operations(big, spec.lwe_dimension, digits->decomposition);
      if (operations > best_operations_) continue;
      const double variance = variance_without + static_cast<double>(big) * digits->variance;
      if (variance > largest_variance_) return;
      if (operations == best_operations_ && variance >= best_variance_) continue;
      spec.keyswitch = digits->decomposition;
      spec.lwe_noise = tfhe::concrete_minimal_noise(spec.lwe_dimension, query_.security);
      best_operations_ = operations;
      best_variance_ = variance;
      best_ = ConcreteV0Answer{spec, operations, {}};
    }
  }

  const ConcreteV0Query& query_;
  std::vector<std::vector<PublishedDigits>> keyswitches_;
  double largest_variance_ = 0.0, gain_ = 1.0;
  std::optional<ConcreteV0Answer> best_;
  double best_operations_ = unlimited, best_variance_ = unlimited;
};

void require_setting(bool holds, const char* name, const std::string& sentence) {
  if (!holds) throw Error(ErrorCode::invalid_argument, sentence, name);
}

}  // namespace

std::optional<ConcreteV0Answer> concrete_v0(const ConcreteV0Query& query) {
  require_setting(query.precision >= 1, "bits",
                  concat("bits is ", query.precision, ", expected at least 1"));
  require_setting(std::isfinite(query.log2_norm) && query.log2_norm >= 0.0, "log_norm2",
                  concat("log_norm2 is ", query.log2_norm, ", expected at least 0"));
  require_setting(query.p_error > 0.0 && query.p_error < 1.0, "p_error",
                  concat("p_error is ", query.p_error, ", expected a probability between 0 and 1"));
  (void)tfhe::minimal_dimension(query.security);  // refuses an unknown level
  return PublishedSearch(query).run();
}

}  // namespace basalt::compile
