#include "io/store/described_store.hpp"

namespace basalt::io {

void require_id(const Identity& identity, const Digest& found, const std::filesystem::path& path) {
  require(found == identity.id, ErrorCode::corrupt, path.string(), ": the content has id ",
          found.brief(), ", the file says ", identity.id.brief());
}

}  // namespace basalt::io
