#include "io/import/onnx.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "io/import/onnx_graph.hpp"
#include "io/import/onnx_trees.hpp"

namespace basalt::io {
namespace {

using Eigen::Index;

/// Operators that leave the values of a row as they are, for our purposes.
const std::set<std::string>& silent_operators() {
  static const std::set<std::string> names{"Identity", "Cast",   "Flatten", "Reshape",
                                           "Dropout",  "ZipMap", "Squeeze", "Unsqueeze"};
  return names;
}

/// Operators at the end that keep the order of scores, or pick the largest.
const std::set<std::string>& final_operators() {
  static const std::set<std::string> names{"Softmax", "LogSoftmax", "ArgMax", "Normalizer", "TopK"};
  return names;
}

std::function<double(double)> activation_of(const OnnxNode& node) {
  const std::string& name = node.operation;
  if (name == "Relu") return [](double x) { return std::max(x, 0.0); };
  if (name == "Sigmoid") return [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
  if (name == "Tanh") return [](double x) { return std::tanh(x); };
  if (name == "Softplus")
    return [](double x) { return std::log1p(std::exp(-std::abs(x))) + std::max(x, 0.0); };
  if (name == "LeakyRelu") {
    const double slope = node.number("alpha", 0.01);
    return [slope](double x) { return x < 0 ? slope * x : x; };
  }
  if (name == "Elu") {
    const double alpha = node.number("alpha", 1.0);
    return [alpha](double x) { return x < 0 ? alpha * std::expm1(x) : x; };
  }
  return {};
}

/// Follows the chain from the input to a classical operator or through dense layers.
class Chain {
 public:
  Chain(const OnnxGraph& graph, const learn::Dataset& calibration, ImportBits bits,
        const learn::PostTrainingBits& network_bits)
      : graph_(graph), calibration_(calibration), bits_(bits), network_bits_(network_bits) {
    require(graph.inputs.size() == 1, ErrorCode::unsupported, "the model has ", graph.inputs.size(),
            " inputs, expected 1");
    value_ = graph.inputs.front();
    const auto features = static_cast<Index>(calibration.columns());
    mean_ = Vector<double>::Zero(features);
    deviation_ = Vector<double>::Ones(features);
    for (const OnnxNode& node : graph.nodes) take(node);
  }

  ImportedModel result() && {
    if (!model_) model_ = dense_model();
    learn::Model model = *std::move(model_);
    model.standardizer =
        learn::Standardizer({mean_.begin(), mean_.end()}, {deviation_.begin(), deviation_.end()});
    return {std::move(model), std::move(operators_)};
  }

 private:
  [[noreturn]] void refuse(const OnnxNode& node, const char* why) const {
    throw Error(ErrorCode::unsupported, concat("operator ", node.operation, " \"", node.name, "\" ",
                                               why, "; io/import/onnx.hpp lists what is"));
  }

  /// The constant among the inputs of a node of two operands, if the other is the chain's value.
  const OnnxTensor* constant_operand(const OnnxNode& node, bool& constant_first) const {
    if (node.inputs.size() < 2) return nullptr;
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
      const auto found = graph_.constants.find(node.inputs[i]);
      if (found == graph_.constants.end() || node.inputs[1 - i] != value_) continue;
      constant_first = i == 0;
      return &found->second;
    }
    return nullptr;
  }

  void take(const OnnxNode& node) {
    const bool reads = std::ranges::count(node.inputs, value_) > 0;
    const bool is_end = final_operators().contains(node.operation);
    if (model_ || ended_) {  // probabilities and labels are made from what we have already
      operators_.push_back(node.operation);
      return;
    }
    if (!reads) refuse(node, "stands beside the chain from the input, which is not supported");
    operators_.push_back(node.operation);
    if (is_end) {
      ended_ = true;
      return;
    }
    if (silent_operators().contains(node.operation)) {
      // nothing happens to a row
    } else if (node.operation.starts_with("TreeEnsemble")) {
      take_classical(
          [&](const learn::Dataset& data) { return onnx_tree_model(node, data, bits_); });
    } else if (node.operation == "LinearClassifier" || node.operation == "LinearRegressor") {
      take_classical(
          [&](const learn::Dataset& data) { return onnx_linear_model(node, data, bits_); });
    } else if (!take_scaling(node) && !take_affine(node)) {
      take_activation(node);
    }
    value_ = node.outputs.empty() ? "" : node.outputs.front();
  }

  /// The calibration data as it enters the first layer.
  learn::Dataset scaled() const {
    learn::Dataset data = calibration_;
    data.features.rowwise() -= mean_.transpose();
    data.features = (data.features.array().rowwise() / deviation_.transpose().array()).matrix();
    return data;
  }

  template <class Make>
  void take_classical(Make make) {
    require(layers_.empty(), ErrorCode::unsupported,
            "a tree or linear operator after dense layers is not supported");
    model_ = make(scaled());
  }

  Vector<double> per_feature(const std::vector<double>& values, double fallback) const {
    const auto features = static_cast<std::size_t>(mean_.size());
    if (values.empty()) return Vector<double>::Constant(mean_.size(), fallback);
    require(values.size() == features || values.size() == 1, ErrorCode::mismatch, "a scaling of ",
            values.size(), " values, the calibration data has ", features, " features");
    if (values.size() == 1) return Vector<double>::Constant(mean_.size(), values.front());
    return Eigen::Map<const Vector<double>>(values.data(), mean_.size());
  }

  /// (x - mean) / deviation, then minus `shift`, then divided by `divisor`.
  void scale(const Vector<double>& shift, const Vector<double>& divisor) {
    require((divisor.array() != 0.0).all(), ErrorCode::invalid_argument, "a scaling divides by 0");
    mean_ += shift.cwiseProduct(deviation_);
    deviation_ = deviation_.cwiseProduct(divisor).eval();
  }

  bool take_scaling(const OnnxNode& node) {
    if (!layers_.empty()) return false;
    const Vector<double> ones = per_feature({}, 1.0), zeros = per_feature({}, 0.0);
    if (node.operation == "Scaler") {
      scale(per_feature(node.numbers("offset"), 0.0),
            per_feature(node.numbers("scale"), 1.0).cwiseInverse());
      return true;
    }
    bool constant_first = false;
    const OnnxTensor* constant = constant_operand(node, constant_first);
    if (constant == nullptr || constant_first) return false;
    if (node.operation == "Sub") {
      scale(per_feature(constant->values, 0.0), ones);
    } else if (node.operation == "Div") {
      scale(zeros, per_feature(constant->values, 1.0));
    } else {
      return false;
    }
    return true;
  }

  /// Adds a layer; two linear layers without an activation between become one.
  void push(Matrix<double> weights, Vector<double> bias) {
    if (!layers_.empty() && !layers_.back().activation) {
      learn::FloatLayer& last = layers_.back();
      require(weights.cols() == last.weights.rows(), ErrorCode::mismatch, "a layer reads ",
              weights.cols(), " values, the one before makes ", last.weights.rows());
      last.bias = (weights * last.bias + bias).eval();
      last.weights = (weights * last.weights).eval();
      return;
    }
    layers_.push_back({std::move(weights), std::move(bias), {}});
  }

  bool take_affine(const OnnxNode& node) {
    bool constant_first = false;
    const OnnxTensor* constant = constant_operand(node, constant_first);
    if (constant == nullptr) return false;
    if (node.operation == "Add" && !layers_.empty() && !layers_.back().activation) {
      Vector<double>& bias = layers_.back().bias;
      require(constant->values.size() == static_cast<std::size_t>(bias.size()), ErrorCode::mismatch,
              "Add \"", node.name, "\" adds ", constant->values.size(), " values to ", bias.size());
      bias += Eigen::Map<const Vector<double>>(constant->values.data(), bias.size());
      return true;
    }
    if (constant_first) return false;
    if (node.operation == "MatMul") {
      const Matrix<double> weights = constant->matrix().transpose();
      push(weights, Vector<double>::Zero(weights.rows()));
      return true;
    }
    if (node.operation != "Gemm") return false;
    take_gemm(node, *constant);
    return true;
  }

  void take_gemm(const OnnxNode& node, const OnnxTensor& constant) {
    if (node.number("transA", 0) != 0) refuse(node, "transposes its input, which is not supported");
    Matrix<double> weights = constant.matrix();
    if (node.number("transB", 0) == 0) weights.transposeInPlace();
    weights *= node.number("alpha", 1.0);
    Vector<double> bias = Vector<double>::Zero(weights.rows());
    if (node.inputs.size() > 2 && !node.inputs[2].empty()) {
      const auto found = graph_.constants.find(node.inputs[2]);
      if (found == graph_.constants.end()) refuse(node, "adds a value that is no constant");
      const std::vector<double>& values = found->second.values;
      require(values.size() == 1 || values.size() == static_cast<std::size_t>(bias.size()),
              ErrorCode::mismatch, "Gemm \"", node.name, "\" adds ", values.size(), " values to ",
              bias.size());
      for (Index k = 0; k < bias.size(); ++k) {
        bias[k] =
            node.number("beta", 1.0) * values[values.size() == 1 ? 0 : static_cast<std::size_t>(k)];
      }
    }
    push(std::move(weights), std::move(bias));
  }

  void take_activation(const OnnxNode& node) {
    const std::function<double(double)> activation = activation_of(node);
    if (!activation) refuse(node, "is not supported");
    if (layers_.empty() || layers_.back().activation) refuse(node, "follows no dense layer");
    layers_.back().activation = activation;
    last_activation_ = node.operation;
  }

  /// A model of the dense layers: linear if there is one, else a network.
  learn::Model dense_model() {
    require(!layers_.empty(), ErrorCode::unsupported, "the model has no operator to evaluate");
    const bool classifies = calibration_.task == learn::Task::classification;
    if (layers_.back().activation) {
      const bool is_probability = classifies && last_activation_ == "Sigmoid";
      require(is_probability, ErrorCode::unsupported, "the last layer ends in ", last_activation_,
              ", expected a linear layer");
      layers_.back().activation = {};
    }
    const learn::Dataset data = scaled();
    if (layers_.size() == 1) {
      return affine_model(layers_[0].weights, layers_[0].bias, data, bits_);
    }
    if (classifies && layers_.back().weights.rows() == 1) add_first_class();
    const auto outputs = static_cast<std::size_t>(layers_.back().weights.rows());
    require(!classifies || outputs == data.classes.size(), ErrorCode::mismatch, "the model has ",
            outputs, " scores, the calibration data ", data.classes.size(), " classes");
    learn::Model model =
        blank_model(data, classifies ? "NeuralNetClassifier" : "NeuralNetRegressor");
    model.family = quantize_after_training(layers_, data.features, network_bits_);
    return model;
  }

  /// One score decides between two classes: the first gets the score 0.
  void add_first_class() {
    learn::FloatLayer& last = layers_.back();
    Matrix<double> weights = Matrix<double>::Zero(2, last.weights.cols());
    Vector<double> bias = Vector<double>::Zero(2);
    weights.row(1) = last.weights.row(0);
    bias[1] = last.bias[0];
    last.weights = std::move(weights);
    last.bias = std::move(bias);
  }

  const OnnxGraph& graph_;
  const learn::Dataset& calibration_;
  ImportBits bits_;
  learn::PostTrainingBits network_bits_;
  std::string value_;  ///< Name of the chain's value so far.
  Vector<double> mean_, deviation_;
  learn::FloatNetwork layers_;
  std::string last_activation_;
  std::vector<std::string> operators_;
  std::optional<learn::Model> model_;
  bool ended_ = false;
};

}  // namespace

ImportedModel import_onnx(const std::filesystem::path& path, const learn::Dataset& calibration,
                          ImportBits bits, const learn::PostTrainingBits& network_bits) {
  const OnnxGraph graph = read_onnx(path);
  try {
    return Chain(graph, calibration, bits, network_bits).result();
  } catch (const Error& error) {
    throw Error(error.code(), concat(path.string(), ": ", error.what()), error.subject());
  }
}

}  // namespace basalt::io
