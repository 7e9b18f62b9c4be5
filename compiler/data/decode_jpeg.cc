// JPEG by libjpeg. Its errors are long jumps; see decode_png.cc.
#include <csetjmp>
#include <cstdio>
// After <cstdio>: they need FILE.
#include <jpeglib.h>

#include <jerror.h>

#include "compiler/data/decode_image.h"

namespace midge {
namespace {

struct Errors {
  jpeg_error_mgr base;
  std::jmp_buf target;
  char problem[JMSG_LENGTH_MAX] = {};
};

void on_error(j_common_ptr c) {
  Errors* const e = reinterpret_cast<Errors*>(c->err);
  c->err->format_message(c, e->problem);
  std::longjmp(e->target, 1);
}

/// Warnings that say that pixels are missing and were made up are errors here.
void on_message(j_common_ptr c, int level) {
  const int code = c->err->msg_code;
  if (level < 0 && (code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_ARITH_BAD_CODE || code == JWRN_JPEG_EOF))
    on_error(c);
}

constexpr int kMostScans = 500;  // a small progressive file can have very many, each of which takes the time of a whole picture

void on_progress(j_common_ptr c) {
  if (reinterpret_cast<j_decompress_ptr>(c)->input_scan_number <= kMostScans) return;
  Errors* const e = reinterpret_cast<Errors*>(c->err);
  std::snprintf(e->problem, sizeof e->problem, "it has more than %d scans", kMostScans);
  std::longjmp(e->target, 1);
}

struct Handle {
  jpeg_decompress_struct c = {};
  Errors errors;
  jpeg_progress_mgr progress = {};
  Handle() {
    c.err = jpeg_std_error(&errors.base);
    errors.base.error_exit = on_error;
    errors.base.emit_message = on_message;
  }
  ~Handle() { jpeg_destroy_decompress(&c); }
};

bool read_header(Handle& h, std::span<const uint8_t> file) {
  if (setjmp(h.errors.target) != 0) return false;
  jpeg_create_decompress(&h.c);
  h.progress.progress_monitor = on_progress;
  h.c.progress = &h.progress;
  h.c.mem->max_memory_to_use = 256 << 20;
  jpeg_mem_src(&h.c, file.data(), static_cast<unsigned long>(file.size()));
  jpeg_read_header(&h.c, TRUE);
  return true;
}

bool read_pixels(Handle& h, Picture* out) {
  if (setjmp(h.errors.target) != 0) return false;
  jpeg_start_decompress(&h.c);
  while (h.c.output_scanline < h.c.output_height) {
    JSAMPROW row = out->pixels.data() + static_cast<size_t>(h.c.output_scanline) * h.c.output_width * static_cast<size_t>(out->channels);
    jpeg_read_scanlines(&h.c, &row, 1);
  }
  jpeg_finish_decompress(&h.c);
  return true;
}

}  // namespace

Picture decode_jpeg(std::span<const uint8_t> file) {
  Handle h;
  const auto fail = [&] { throw DecodeError(std::string("is a damaged JPEG file: ") + h.errors.problem); };
  if (!read_header(h, file)) fail();
  if (h.c.jpeg_color_space == JCS_CMYK || h.c.jpeg_color_space == JCS_YCCK) throw DecodeError("is a JPEG file in CMYK; save it in RGB");
  const bool grey = h.c.jpeg_color_space == JCS_GRAYSCALE;
  h.c.out_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
  Picture out = new_picture(h.c.image_width, h.c.image_height, grey ? 1 : 3);
  if (!read_pixels(h, &out)) fail();
  return out;
}

}  // namespace midge
