// Elf: what of an image is flashed, and which function an address lies in. 32- and 64-bit little-endian ELF files.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace midge {

struct ElfSection {
  std::string name;
  uint64_t address = 0, bytes = 0;
  bool allocated = false;  ///< takes memory on the target
  bool writable = false;
  bool has_data = false;   ///< takes space in the file; false for .bss
};

class Elf {
 public:
  /// std::runtime_error if the file is not a sound ELF file.
  explicit Elf(const std::filesystem::path& path);

  const std::vector<ElfSection>& sections() const { return sections_; }
  /// The difference of two symbols' values; 0 if one is missing.
  uint64_t distance(const std::string& from, const std::string& to) const;
  /// The size of a symbol; 0 if there is none of that name.
  uint64_t symbol_bytes(const std::string& name) const;
  /// "function+0x12 (0x8012)" for a code address, demangled; "0x8012" where no function is known.
  std::string locate(uint64_t address) const;

 private:
  struct Symbol {
    std::string name;
    uint64_t value = 0, bytes = 0;
    bool function = false;
  };
  std::vector<ElfSection> sections_;
  std::vector<Symbol> symbols_;
};

/// How an image's bytes are shared out. code + model + harness is what is flashed.
struct ImageSizes {
  uint64_t code_bytes = 0;        ///< library, kernels, libc, the firmware's own: text, rodata, initial values of data
  uint64_t model_bytes = 0;
  uint64_t harness_bytes = 0;     ///< start-up, board, harness
  uint64_t static_ram_bytes = 0;  ///< .data and .bss, without the harness's and without stack and arena
};

/// Sizes from the sections that targets/bare_metal/sections.ld makes. A host image has no section of its own for harness
/// or model: the model is taken from its symbols, the harness counts as code.
ImageSizes image_sizes(const Elf& elf);

}  // namespace midge
