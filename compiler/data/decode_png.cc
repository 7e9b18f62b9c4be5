// PNG by libpng. Its errors are long jumps: what must outlive one is declared before the jump's target, and nothing else has a destructor.
#include <png.h>

#include <csetjmp>
#include <cstring>
#include <string>

#include "compiler/data/decode_image.h"

namespace midge {
namespace {

struct Reader {
  std::span<const uint8_t> rest;
  std::string problem;
};

void read_bytes(png_structp png, png_bytep out, size_t n) {
  Reader* const r = static_cast<Reader*>(png_get_io_ptr(png));
  if (n > r->rest.size()) png_error(png, "is cut short");
  std::memcpy(out, r->rest.data(), n);
  r->rest = r->rest.subspan(n);
}

[[noreturn]] void on_error(png_structp png, png_const_charp text) {
  static_cast<Reader*>(png_get_error_ptr(png))->problem = text;
  png_longjmp(png, 1);
}

/// Closed whatever happens.
struct Handles {
  png_structp png = nullptr;
  png_infop info = nullptr;
  ~Handles() { png_destroy_read_struct(&png, &info, nullptr); }
};

/// Everything up to the pixels: after it, libpng gives 8 bits in 1 or 3 channels. False on an error.
bool read_header(Handles& h, Reader& reader) {
  if (setjmp(png_jmpbuf(h.png)) != 0) return false;
  png_set_read_fn(h.png, &reader, read_bytes);
  png_set_user_limits(h.png, 1 << 14, 1 << 14);
  png_set_chunk_malloc_max(h.png, 8 << 20);
  png_set_keep_unknown_chunks(h.png, PNG_HANDLE_CHUNK_NEVER, nullptr, 0);
  png_read_info(h.png, h.info);
  png_set_scale_16(h.png);
  png_set_expand(h.png);
  png_set_strip_alpha(h.png);
  png_set_interlace_handling(h.png);
  png_read_update_info(h.png, h.info);
  return true;
}

bool read_pixels(Handles& h, png_bytepp rows) {
  if (setjmp(png_jmpbuf(h.png)) != 0) return false;
  png_read_image(h.png, rows);
  png_read_end(h.png, nullptr);
  return true;
}

}  // namespace

Picture decode_png(std::span<const uint8_t> file) {
  Reader reader{file, ""};
  Handles h;
  h.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, on_error, [](png_structp, png_const_charp) {});
  if (h.png != nullptr) h.info = png_create_info_struct(h.png);
  if (h.info == nullptr) throw std::bad_alloc();
  const auto fail = [&] { throw DecodeError("is a damaged PNG file: " + reader.problem); };
  if (!read_header(h, reader)) fail();
  const int channels = png_get_channels(h.png, h.info);
  if ((channels != 1 && channels != 3) || png_get_bit_depth(h.png, h.info) != 8) throw DecodeError("is a PNG file of an unknown form");
  const int64_t width = png_get_image_width(h.png, h.info), height = png_get_image_height(h.png, h.info);
  Picture out = new_picture(width, height, channels);
  std::vector<png_bytep> rows;
  for (int64_t y = 0; y < height; ++y) rows.push_back(out.pixels.data() + y * width * channels);
  if (!read_pixels(h, rows.data())) fail();
  return out;
}

}  // namespace midge
