// See preprocessor.h.
#include "image/preprocessor.h"

#include "base/fixed_point.h"
#include "base/span.h"

namespace midge {
namespace image {
namespace {

constexpr uint32_t kOne = 2048;  // the sum of two weights
constexpr uint32_t kLevels = 256;

bool side(int32_t n) { return n >= 1 && n <= kMostSide; }

/// The part [start, start + size) of [0, whole); size 0 stands for the rest.
bool fit_crop(int32_t start, int32_t* size, int32_t whole) {
  if (start < 0 || start >= whole || *size < 0) return false;
  if (*size == 0) *size = whole - start;
  return *size <= whole - start;
}

struct Sizes {
  uint32_t columns, table, row, out;  ///< bytes
  uint32_t scratch() const { return columns + table + 2 * row; }
};

Sizes sizes_of(const Config& c, const Crop& crop, uint32_t column_bytes) {
  const uint32_t channels = static_cast<uint32_t>(c.channels);
  const bool real = c.type == Type::kFloat32;
  Sizes s;
  s.columns = static_cast<uint32_t>(c.out_width) * column_bytes;
  s.table = real ? 0 : kLevels * channels;
  s.row = static_cast<uint32_t>(crop.width) * channels;
  s.out = static_cast<uint32_t>(c.out_height) * static_cast<uint32_t>(c.out_width) * channels * (real ? 4 : 1);
  return s;
}

/// Checks, and gives the crop and the inside with their sizes filled in.
Status resolve(const Config& c, Crop* crop, Crop* inside) {
  *crop = c.crop;
  *inside = c.inside;
  const bool format = static_cast<int32_t>(c.format) < kFormats && (c.format != Format::kYuyv || c.width % 2 == 0);
  const bool sides = side(c.width) && side(c.height) && side(c.out_width) && side(c.out_height);
  if (!format || !sides || (c.channels != 1 && c.channels != kMostChannels)) return Code::kBadArgument;
  if (c.filter != Filter::kNearest && c.filter != Filter::kBilinear) return Code::kBadArgument;
  if (!fit_crop(crop->x, &crop->width, c.width) || !fit_crop(crop->y, &crop->height, c.height)) return Code::kBadArgument;
  if (!fit_crop(inside->x, &inside->width, c.out_width) || !fit_crop(inside->y, &inside->height, c.out_height)) return Code::kBadArgument;
  if (c.type == Type::kFloat32) return Code::kOk;
  if (c.type != Type::kInt8 && c.type != Type::kUint8) return Code::kUnsupportedType;
  const int32_t low = c.type == Type::kInt8 ? -128 : 0;
  const bool scale = c.scale > 0 && c.scale < __builtin_inff(), zero = c.zero_point >= low && c.zero_point <= low + 255;
  return scale && zero ? Code::kOk : Code::kBadArgument;
}

}  // namespace

Crop center_crop(int32_t width, int32_t height, int32_t out_width, int32_t out_height) {
  Crop c;
  if (!side(width) || !side(height) || !side(out_width) || !side(out_height)) return c;
  c.width = min(width, max(height * out_width / out_height, int32_t{1}));
  c.height = min(height, max(width * out_height / out_width, int32_t{1}));
  c.x = (width - c.width) / 2;
  c.y = (height - c.height) / 2;
  return c;
}

void set_source(Config* c, Format format, int32_t width, int32_t height, Resize resize) {
  c->format = format, c->width = width, c->height = height;
  c->crop = resize == Resize::kCrop ? center_crop(width, height, c->out_width, c->out_height) : Crop();
  c->inside = resize == Resize::kLetterbox ? center_crop(c->out_width, c->out_height, width, height) : Crop();
}

Status check(const Config& config) {
  Crop crop, inside;
  return resolve(config, &crop, &inside);
}

Result<uint32_t> scratch_bytes(const Config& config) {
  Crop crop, inside;
  const Status status = resolve(config, &crop, &inside);
  if (!status.ok()) return status;
  return sizes_of(config, crop, 4).scratch();
}

Status Preprocessor::init(const Config& config, void* scratch, uint32_t scratch_bytes, void* out, uint32_t out_bytes) {
  static_assert(sizeof(Place) == 4, "scratch_bytes() says so");
  columns_ = nullptr;
  config_ = config;
  MIDGE_TRY(resolve(config, &config_.crop, &config_.inside));
  const Sizes sizes = sizes_of(config_, config_.crop, sizeof(Place));
  if (scratch == nullptr || out == nullptr || reinterpret_cast<uintptr_t>(scratch) % 4 != 0) return Code::kBadArgument;
  if (config_.type == Type::kFloat32 && reinterpret_cast<uintptr_t>(out) % 4 != 0) return Code::kBadArgument;
  if (scratch_bytes < sizes.scratch() || out_bytes < sizes.out) return Code::kBadArgument;
  columns_ = static_cast<Place*>(scratch);
  table_ = static_cast<uint8_t*>(scratch) + sizes.columns;
  rows_[0] = table_ + sizes.table;
  rows_[1] = rows_[0] + sizes.row;
  out_ = out;
  for (int32_t x = 0; x < config_.inside.width; ++x) columns_[x] = place(x, config_.crop.width, config_.inside.width);
  if (config_.type != Type::kFloat32) fill_table();
  begin();
  return Code::kOk;
}

void Preprocessor::begin() {
  if (columns_ == nullptr) return;
  y_ = 0;
  next_ = 0;
  if (config_.inside.width < config_.out_width || config_.inside.height < config_.out_height) write_border();
}

Status Preprocessor::push_row(const uint8_t* row) {
  if (columns_ == nullptr) return Code::kNotReady;
  if (row == nullptr || y_ == config_.height) return Code::kBadArgument;
  const Crop& crop = config_.crop;
  const int32_t y = y_++ - crop.y;
  if (y < 0 || y >= crop.height || done()) return Code::kOk;
  if (y < place(next_, crop.height, config_.inside.height).low) return Code::kOk;  // nothing lies on it
  convert_row(config_.format, row, crop.x, crop.width, config_.channels, rows_[y % 2]);
  while (!done()) {
    const Place p = place(next_, crop.height, config_.inside.height);
    if (p.low + (p.weight > 0 ? 1 : 0) > y) break;  // the row below is still to come
    write_row(next_++);
  }
  return Code::kOk;
}

Status Preprocessor::run(const uint8_t* frame, uint32_t stride) {
  if (columns_ == nullptr) return Code::kNotReady;
  if (frame == nullptr || stride < static_cast<uint32_t>(config_.width * pixel_bytes(config_.format))) return Code::kBadArgument;
  begin();
  for (int32_t y = 0; y < config_.height && !done(); ++y, frame += stride) MIDGE_TRY(push_row(frame));
  return Code::kOk;
}

/// Without a weight the pixel behind is not looked at: the last one has none.
Preprocessor::Place Preprocessor::place(int32_t i, int32_t from, int32_t to) const {
  const int32_t centre = (2 * i + 1) * from;
  if (config_.filter == Filter::kNearest) return {static_cast<uint16_t>(centre / (2 * to)), 0};
  const int32_t t = max(centre - to, int32_t{0}), low = t / (2 * to);
  const int32_t weight = low == from - 1 ? 0 : (t % (2 * to) * static_cast<int32_t>(kOne) + to) / (2 * to);
  return {static_cast<uint16_t>(low), static_cast<uint16_t>(weight)};
}

void Preprocessor::write_row(int32_t row) {
  const Place y = place(row, config_.crop.height, config_.inside.height);
  const uint8_t* above = rows_[y.low % 2];
  const uint8_t* below = y.weight > 0 ? rows_[(y.low + 1) % 2] : above;
  const int32_t channels = config_.channels;
  int32_t at = ((config_.inside.y + row) * config_.out_width + config_.inside.x) * channels;
  for (int32_t i = 0; i < config_.inside.width; ++i) {
    const Place x = columns_[i];
    const int32_t left = x.low * channels, right = x.weight > 0 ? left + channels : left;
    for (int32_t c = 0; c < channels; ++c, ++at) {
      const int32_t from = config_.bgr && channels > 1 ? 2 - c : c;
      const uint32_t top = above[left + from] * (kOne - x.weight) + above[right + from] * x.weight;
      const uint32_t bottom = below[left + from] * (kOne - x.weight) + below[right + from] * x.weight;
      store(at, c, (top * (kOne - y.weight) + bottom * y.weight + kOne * kOne / 2) / (kOne * kOne));
    }
  }
}

/// All of the output; the inside is written over it.
void Preprocessor::write_border() {
  const int32_t pixels = config_.out_width * config_.out_height;
  for (int32_t i = 0, at = 0; i < pixels; ++i) {
    for (int32_t c = 0; c < config_.channels; ++c, ++at) store(at, c, config_.border);
  }
}

void Preprocessor::store(int32_t at, int32_t channel, uint32_t level) {
  if (config_.type == Type::kFloat32) {
    static_cast<float*>(out_)[at] = static_cast<float>(level) * config_.gain[channel] + config_.offset[channel];
  } else {
    static_cast<uint8_t*>(out_)[at] = table_[static_cast<uint32_t>(channel) * kLevels + level];
  }
}

void Preprocessor::fill_table() {
  const int32_t low = config_.type == Type::kInt8 ? -128 : 0;
  for (int32_t c = 0; c < config_.channels; ++c) {
    for (uint32_t v = 0; v < kLevels; ++v) {
      const float real = static_cast<float>(v) * config_.gain[c] + config_.offset[c];
      const int64_t q = static_cast<int64_t>(round_to_int(real / config_.scale)) + config_.zero_point;
      table_[static_cast<uint32_t>(c) * kLevels + v] = static_cast<uint8_t>(clamp<int64_t>(q, low, low + 255));
    }
  }
}

}  // namespace image
}  // namespace midge
