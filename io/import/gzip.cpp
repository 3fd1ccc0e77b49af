#include "io/import/gzip.hpp"

#include <zlib.h>

#include "base/error.hpp"
#include "io/file/file.hpp"

namespace basalt::io {
namespace {

bool is_gzip(const std::string& content) {
  return content.size() >= 2 && content[0] == '\x1f' && content[1] == '\x8b';
}

/// A zlib stream that is released whatever happens.
class Inflater {
 public:
  Inflater() {
    constexpr int gzip_window = 15 + 16;
    require(inflateInit2(&stream_, gzip_window) == Z_OK, ErrorCode::internal,
            "gzip: zlib cannot be initialised");
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

std::string inflate_all(const std::filesystem::path& path, std::string& compressed) {
  Inflater inflater;
  z_stream& stream = inflater.stream();
  stream.next_in = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string content;
  std::string block(std::size_t{1} << 16, '\0');
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    content.append(block, 0, block.size() - stream.avail_out);
    if (status == Z_STREAM_END && stream.avail_in == 0) return content;
    if (status == Z_STREAM_END) {
      inflateReset(&stream);  // gzip files may be concatenated
      continue;
    }
    require(status == Z_OK, ErrorCode::corrupt, path.string(),
            ": the gzip data are damaged or cut off");
  }
}

}  // namespace

std::string read_maybe_compressed(const std::filesystem::path& path) {
  std::string content = read_text(path);
  return is_gzip(content) ? inflate_all(path, content) : content;
}

}  // namespace basalt::io
