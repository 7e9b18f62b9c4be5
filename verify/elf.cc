// See elf.h. The structures are read field by field, so that one reader does for both word sizes.
#include "verify/elf.h"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace midge {
namespace {

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(in), {});
    if (bytes_.size() < 64 || bytes_.compare(0, 4,
                                             "\x7f"
                                             "ELF") != 0)
      throw std::runtime_error(path.string() + ": not an ELF file");
    wide = bytes_[4] == 2;
  }
  uint64_t number(uint64_t at, uint64_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) throw std::runtime_error("the ELF file is truncated");
    uint64_t v = 0;
    for (uint64_t i = 0; i < size; ++i) v |= static_cast<uint64_t>(static_cast<uint8_t>(bytes_[at + i])) << (8 * i);
    return v;
  }
  /// A field whose place differs between the word sizes, itself a word.
  uint64_t word(uint64_t base, uint64_t at32, uint64_t at64) const { return number(base + (wide ? at64 : at32), wide ? 8 : 4); }
  std::string text(uint64_t at) const {
    const size_t end = at < bytes_.size() ? bytes_.find('\0', at) : std::string::npos;
    if (end == std::string::npos) throw std::runtime_error("the ELF file is truncated");
    return bytes_.substr(at, end - at);
  }
  bool wide = false;

 private:
  std::string bytes_;
};

}  // namespace

Elf::Elf(const std::filesystem::path& path) {
  const Reader r(path);
  const uint64_t table = r.word(0, 32, 40);
  const uint64_t entry = r.number(r.wide ? 58 : 46, 2), count = r.number(r.wide ? 60 : 48, 2), names = r.number(r.wide ? 62 : 50, 2);
  const auto header = [&](uint64_t i) { return table + i * entry; };
  const auto offset_of = [&](uint64_t i) { return r.word(header(i), 16, 24); };
  constexpr uint64_t kSymbolTable = 2, kNoBits = 8, kWrite = 1, kAlloc = 2, kFunction = 2;
  for (uint64_t i = 0; i < count; ++i) {
    ElfSection s;
    s.name = r.text(offset_of(names) + r.number(header(i), 4));
    const uint64_t type = r.number(header(i) + 4, 4), flags = r.word(header(i), 8, 8);
    s.address = r.word(header(i), 12, 16);
    s.bytes = r.word(header(i), 20, 32);
    s.allocated = (flags & kAlloc) != 0;
    s.writable = (flags & kWrite) != 0;
    s.has_data = type != kNoBits;
    if (type == kSymbolTable) {
      const uint64_t strings = offset_of(r.number(header(i) + (r.wide ? 40 : 24), 4)), each = r.wide ? 24 : 16;
      for (uint64_t at = offset_of(i); at < offset_of(i) + s.bytes; at += each) {
        Symbol symbol;
        symbol.name = r.text(strings + r.number(at, 4));
        symbol.value = r.word(at, 4, 8);
        symbol.bytes = r.word(at, 8, 16);
        symbol.function = (r.number(at + (r.wide ? 4 : 12), 1) & 15) == kFunction;
        symbols_.push_back(symbol);
      }
    }
    sections_.push_back(s);
  }
}

uint64_t Elf::distance(const std::string& from, const std::string& to) const {
  const Symbol *a = nullptr, *b = nullptr;
  for (const Symbol& s : symbols_) {
    if (s.name == from) a = &s;
    if (s.name == to) b = &s;
  }
  return a != nullptr && b != nullptr ? b->value - a->value : 0;
}

uint64_t Elf::symbol_bytes(const std::string& name) const {
  for (const Symbol& s : symbols_) {
    if (s.name == name) return s.bytes;
  }
  return 0;
}

std::string Elf::locate(uint64_t address) const {
  for (const Symbol& s : symbols_) {
    const uint64_t start = s.value & ~uint64_t{1};  // bit 0 of a Thumb function's value is not part of its address
    if (!s.function || address < start || address >= start + s.bytes) continue;
    int status = 0;
    char* plain = abi::__cxa_demangle(s.name.c_str(), nullptr, nullptr, &status);
    std::string name = status == 0 ? plain : s.name;
    std::free(plain);
    return fmt::format("{}+{:#x} ({:#x})", name, address - start, address);
  }
  return fmt::format("{:#x}", address);
}

ImageSizes image_sizes(const Elf& elf) {
  ImageSizes out;
  for (const ElfSection& s : elf.sections()) {
    if (!s.allocated) continue;
    const bool harness = s.name == ".vectors" || s.name.starts_with(".harness");
    if (s.has_data) (s.name == ".model" ? out.model_bytes : harness ? out.harness_bytes : out.code_bytes) += s.bytes;
    const bool statics = s.name == ".data" || s.name == ".bss";
    if (statics) out.static_ram_bytes += s.bytes;
  }
  if (out.model_bytes == 0) {
    out.model_bytes = elf.distance("midge_model_data", "midge_model_end");
    out.code_bytes -= out.model_bytes;
    out.static_ram_bytes -= elf.symbol_bytes("midge_host_free_ram");
  }
  return out;
}

}  // namespace midge
