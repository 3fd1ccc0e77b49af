#include "io/import/onnx_graph.hpp"

#include <onnx/onnx_pb.h>

#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "io/file/file.hpp"

namespace basalt::io {
namespace {

constexpr std::int64_t most_elements = std::int64_t{1} << 28;

template <class T>
std::vector<double> from_raw(const std::string& raw) {
  std::vector<T> values(raw.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), raw.data(), values.size() * sizeof(T));
  return {values.begin(), values.end()};
}

std::vector<double> values_of(const onnx::TensorProto& tensor) {
  require(tensor.data_location() != onnx::TensorProto::EXTERNAL, ErrorCode::unsupported,
          "tensor \"", tensor.name(), "\" is stored in another file; save the model in one file");
  const std::string& raw = tensor.raw_data();
  const bool is_raw = !raw.empty();
  const auto& floats = tensor.float_data();
  const auto& integers = tensor.int32_data();
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      if (is_raw) return from_raw<float>(raw);
      return {floats.begin(), floats.end()};
    case onnx::TensorProto::DOUBLE:
      if (is_raw) return from_raw<double>(raw);
      return {tensor.double_data().begin(), tensor.double_data().end()};
    case onnx::TensorProto::INT64:
      if (is_raw) return from_raw<std::int64_t>(raw);
      return {tensor.int64_data().begin(), tensor.int64_data().end()};
    case onnx::TensorProto::INT32:
      if (is_raw) return from_raw<std::int32_t>(raw);
      return {integers.begin(), integers.end()};
    case onnx::TensorProto::INT8:
      if (is_raw) return from_raw<std::int8_t>(raw);
      return {integers.begin(), integers.end()};
    case onnx::TensorProto::UINT8:
      if (is_raw) return from_raw<std::uint8_t>(raw);
      return {integers.begin(), integers.end()};
    default:
      break;
  }
  throw Error(ErrorCode::unsupported, concat("tensor \"", tensor.name(), "\" has element type ",
                                             tensor.data_type(), ", expected reals or integers"));
}

OnnxTensor tensor_from(const onnx::TensorProto& source) {
  OnnxTensor tensor;
  std::int64_t count = 1;
  for (const std::int64_t extent : source.dims()) {
    require(extent >= 0 && (extent == 0 || count <= most_elements / extent),
            ErrorCode::invalid_argument, "tensor \"", source.name(), "\" has an impossible shape");
    count *= extent;
    tensor.extents.push_back(extent);
  }
  tensor.values = values_of(source);
  require(tensor.values.size() == static_cast<std::size_t>(count), ErrorCode::invalid_argument,
          "tensor \"", source.name(), "\" has ", tensor.values.size(), " values, its shape says ",
          count);
  return tensor;
}

OnnxAttribute attribute_from(const onnx::AttributeProto& source) {
  OnnxAttribute attribute;
  switch (source.type()) {
    case onnx::AttributeProto::FLOAT:
      attribute.numbers = {double{source.f()}};
      break;
    case onnx::AttributeProto::INT:
      attribute.numbers = {static_cast<double>(source.i())};
      break;
    case onnx::AttributeProto::STRING:
      attribute.texts = {source.s()};
      break;
    case onnx::AttributeProto::FLOATS:
      attribute.numbers.assign(source.floats().begin(), source.floats().end());
      break;
    case onnx::AttributeProto::INTS:
      for (const std::int64_t value : source.ints()) {
        attribute.numbers.push_back(static_cast<double>(value));
      }
      break;
    case onnx::AttributeProto::STRINGS:
      attribute.texts.assign(source.strings().begin(), source.strings().end());
      break;
    case onnx::AttributeProto::TENSOR:
      attribute.numbers = values_of(source.t());
      break;
    default:
      break;  // graphs and types: no operator that is supported has them
  }
  return attribute;
}

OnnxNode node_from(const onnx::NodeProto& source) {
  OnnxNode node{.operation = source.op_type(),
                .name = source.name(),
                .inputs = {source.input().begin(), source.input().end()},
                .outputs = {source.output().begin(), source.output().end()},
                .attributes = {}};
  for (const onnx::AttributeProto& attribute : source.attribute()) {
    node.attributes[attribute.name()] = attribute_from(attribute);
  }
  return node;
}

OnnxGraph graph_from(const onnx::GraphProto& source) {
  OnnxGraph graph;
  for (const onnx::TensorProto& tensor : source.initializer()) {
    graph.constants[tensor.name()] = tensor_from(tensor);
  }
  for (const onnx::NodeProto& node : source.node()) {
    if (node.op_type() == "Constant" && node.output_size() == 1) {
      for (const onnx::AttributeProto& attribute : node.attribute()) {
        if (attribute.has_t()) graph.constants[node.output(0)] = tensor_from(attribute.t());
      }
      continue;
    }
    graph.nodes.push_back(node_from(node));
  }
  for (const onnx::ValueInfoProto& input : source.input()) {
    if (!graph.constants.contains(input.name())) graph.inputs.push_back(input.name());
  }
  return graph;
}

}  // namespace

Matrix<double> OnnxTensor::matrix() const {
  require(extents.size() <= 2, ErrorCode::invalid_argument, "a tensor has ", extents.size(),
          " dimensions, expected at most 2");
  const std::int64_t rows = extents.size() == 2 ? extents[0] : 1;
  const std::int64_t columns = extents.empty() ? 1 : extents.back();
  return Eigen::Map<const Matrix<double>>(values.data(), rows, columns);
}

const std::vector<double>& OnnxNode::numbers(const std::string& attribute) const {
  static const std::vector<double> none;
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? none : found->second.numbers;
}

const std::vector<std::string>& OnnxNode::texts(const std::string& attribute) const {
  static const std::vector<std::string> none;
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? none : found->second.texts;
}

double OnnxNode::number(const std::string& attribute, double fallback) const {
  const std::vector<double>& values = numbers(attribute);
  return values.empty() ? fallback : values.front();
}

std::string OnnxNode::text(const std::string& attribute, const std::string& fallback) const {
  const std::vector<std::string>& values = texts(attribute);
  return values.empty() ? fallback : values.front();
}

std::vector<std::int64_t> OnnxNode::integers(const std::string& attribute) const {
  std::vector<std::int64_t> whole;
  for (const double number : numbers(attribute)) {
    require(number == std::floor(number) && std::abs(number) < 0x1p53, ErrorCode::invalid_argument,
            operation, ": ", attribute, " holds ", number, ", expected whole numbers");
    whole.push_back(static_cast<std::int64_t>(number));
  }
  return whole;
}

OnnxGraph read_onnx(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> content = read_bytes(path);
  onnx::ModelProto model;
  require(content.size() < (std::size_t{1} << 31) &&
              model.ParseFromArray(content.data(), static_cast<int>(content.size())) &&
              model.has_graph(),
          ErrorCode::invalid_argument, path.string(), ": is not an ONNX model");
  try {
    return graph_from(model.graph());
  } catch (const Error& error) {
    throw Error(error.code(), concat(path.string(), ": ", error.what()));
  }
}

}  // namespace basalt::io
