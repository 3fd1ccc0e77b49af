// Builds small ONNX models in memory, with ONNX's own classes.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "io/file/file.hpp"

namespace basalt::io {

/// A model in the making: a chain of nodes from the input "x".
class OnnxBuilder {
 public:
  OnnxBuilder() {
    model_.set_ir_version(8);
    graph().add_input()->set_name("x");
  }
  onnx::GraphProto& graph() { return *model_.mutable_graph(); }

  std::string constant(const std::string& name, std::vector<std::int64_t> extents,
                       const std::vector<float>& values) {
    onnx::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t extent : extents) tensor.add_dims(extent);
    tensor.set_raw_data(values.data(), values.size() * sizeof(float));
    return name;
  }

  /// A node that reads the value of the one before, and further inputs.
  onnx::NodeProto& node(const std::string& operation, const std::vector<std::string>& more = {}) {
    onnx::NodeProto& node = *graph().add_node();
    node.set_op_type(operation);
    node.add_input(value_);
    for (const std::string& name : more) node.add_input(name);
    value_ = "v" + std::to_string(graph().node_size());
    node.add_output(value_);
    return node;
  }

  void save(const std::string& path) const { publish(path, model_.SerializeAsString()); }

 private:
  onnx::ModelProto model_;
  std::string value_ = "x";
};

inline void set(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}
inline void set_integers(onnx::NodeProto& node, const std::string& name,
                         const std::vector<std::int64_t>& values) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}
inline void set_reals(onnx::NodeProto& node, const std::string& name,
                      const std::vector<float>& values) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::FLOATS);
  for (const float value : values) attribute.add_floats(value);
}
inline void set_texts(onnx::NodeProto& node, const std::string& name,
                      const std::vector<std::string>& values) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::STRINGS);
  for (const std::string& value : values) attribute.add_strings(value);
}

}  // namespace basalt::io
