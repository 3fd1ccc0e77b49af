#include "io/store/described_store.hpp"

namespace basalt::io {

void require_id(const Identity& identity, const Digest& found, const std::filesystem::path& path) {
  require(found == identity.id, ErrorCode::corrupt, path.string(), ": the content has id ",
          found.brief(), ", the file says ", identity.id.brief());
}

std::string later_keys_group(std::size_t i) {
  return concat("further_keys_", i);
}

void put_parameters(const h5::Group& root, const tfhe::ParameterChain& parameters) {
  h5::write_described(root, parameters);
}

tfhe::ParameterChain get_parameters(const h5::Group& root) {
  tfhe::ParameterChain parameters;
  h5::read_described(root, parameters);
  return parameters;
}

}  // namespace basalt::io
