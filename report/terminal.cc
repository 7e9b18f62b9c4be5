// See terminal.h.
#include "report/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace midge {
namespace {

constexpr int kIndent = 2;
constexpr int kGap = 2;
constexpr int kUsualWidth = 80;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// The locale's character set by the rule of POSIX: LC_ALL, else LC_CTYPE, else LANG.
bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view value = environment(name);
    if (value.empty()) continue;
    return value.find("UTF-8") != std::string_view::npos || value.find("utf8") != std::string_view::npos ||
           value.find("UTF8") != std::string_view::npos || value.find("utf-8") != std::string_view::npos;
  }
  return false;
}

/// Length of the valid UTF-8 sequence at the front of `s`; 0 if there is none. Overlong forms and surrogates are not valid.
size_t utf8_length(std::string_view s) {
  const auto byte = [&](size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
  const unsigned first = byte(0);
  size_t length = first < 0x80                    ? 1
                  : first >= 0xc2 && first < 0xe0 ? 2
                  : first >= 0xe0 && first < 0xf0 ? 3
                  : first >= 0xf0 && first < 0xf5 ? 4
                                                  : 0;
  if (length > s.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) >= 0xa0)) return 0;
  if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) >= 0x90)) return 0;
  return length;
}

}  // namespace

Terminal Terminal::of(int file_descriptor) {
  Terminal t;
  t.is_tty = isatty(file_descriptor) != 0;
  if (!t.is_tty) return t;
  const bool dumb = environment("TERM") == "dumb" || environment("TERM").empty();
  t.colour = !dumb && environment("NO_COLOR").empty();
  t.unicode = !dumb && locale_is_utf8();
  t.width = kUsualWidth;
  winsize size{};
  if (ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) t.width = size.ws_col;
  if (const int columns = std::atoi(std::string(environment("COLUMNS")).c_str()); columns > 0) t.width = columns;
  return t;
}

std::string Terminal::style(Style style, const std::string& text) const {
  if (!colour || style == Style::kPlain || text.empty()) return text;
  constexpr const char* kCodes[] = {"", "1", "2", "31", "32", "33"};
  return "\x1b[" + std::string(kCodes[static_cast<size_t>(style)]) + "m" + text + "\x1b[0m";
}

std::string printable(const std::string& text) {
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t length = utf8_length(rest);
    const unsigned char c = static_cast<unsigned char>(rest[0]);
    // C0, DEL, and the C1 controls that UTF-8 encodes as c2 80 to c2 9f.
    const bool control = c < 0x20 || c == 0x7f || (length == 2 && c == 0xc2 && static_cast<unsigned char>(rest[1]) < 0xa0);
    if (length == 0 || control) {
      out += '?';
    } else {
      out += rest.substr(0, length);
    }
    rest.remove_prefix(std::max<size_t>(length, 1));
  }
  return out;
}

int display_width(const std::string& text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string shortened(const std::string& text, int width, const Terminal& terminal) {
  const int whole = display_width(text);
  if (whole <= width) return text;
  if (width <= 0) return "";
  const int front = (width - 1) / 3, back = width - 1 - front;
  std::string head, tail;
  int at = 0;
  for (std::string_view rest = text; !rest.empty(); ++at) {
    const size_t length = std::max<size_t>(utf8_length(rest), 1);
    if (at < front) head += rest.substr(0, length);
    if (at >= whole - back) tail += rest.substr(0, length);
    rest.remove_prefix(length);
  }
  return head + terminal.ellipsis() + tail;
}

std::string with_commas(uint64_t n) {
  std::string digits = std::to_string(n);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string bar(double value, double most, int width, bool unicode) {
  if (!(most > 0) || !(value > 0) || width <= 0) return "";
  const double length = std::min(value / most, 1.0) * width;
  if (!unicode) return std::string(static_cast<size_t>(std::max(1.0, std::round(length))), '#');
  constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int eighths = std::max(1, static_cast<int>(std::lround(length * 8)));
  std::string out;
  for (int i = 0; i < eighths / 8; ++i) out += "█";
  return out + kEighths[eighths % 8];
}

void TextTable::add(std::vector<Cell> row) {
  row.resize(columns_.size(), Cell(""));
  for (Cell& c : row) c.text = printable(c.text);
  rows_.push_back(std::move(row));
}

// Takes columns one at a time from the widest that may shrink, so that narrow ones stay whole.
std::vector<int> TextTable::widths(int available) const {
  std::vector<int> out;
  int total = kIndent - kGap;
  for (size_t c = 0; c < columns_.size(); ++c) {
    int width = display_width(columns_[c].title);
    for (const auto& row : rows_) width = std::max(width, display_width(row[c].text));
    if (columns_[c].at_most > 0) width = std::min(width, columns_[c].at_most);
    out.push_back(width);
    total += width + kGap;
  }
  while (available > 0 && total > available) {
    int* widest = nullptr;
    for (size_t c = 0; c < columns_.size(); ++c) {
      const bool may = columns_[c].shrinks_to > 0 && out[c] > columns_[c].shrinks_to;
      if (may && (widest == nullptr || out[c] > *widest)) widest = &out[c];
    }
    if (widest == nullptr) break;
    --*widest;
    --total;
  }
  return out;
}

std::string TextTable::render(const Terminal& terminal) const {
  const std::vector<int> width = widths(terminal.width);
  std::string out;
  const auto line = [&](const auto& text_of, const auto& style_of) {
    std::string padding(kIndent, ' ');
    for (size_t c = 0; c < columns_.size(); ++c) {
      const std::string text = shortened(text_of(c), width[c], terminal);
      const std::string fill(static_cast<size_t>(width[c] - display_width(text)), ' ');
      if (columns_[c].right) padding += fill;
      if (!text.empty()) {
        out += padding + terminal.style(style_of(c), text);
        padding.clear();
      }
      if (!columns_[c].right) padding += fill;
      padding.append(kGap, ' ');
    }
    out += '\n';  // trailing spaces are dropped
  };
  line([&](size_t c) { return columns_[c].title; }, [](size_t) { return Style::kDim; });
  for (const auto& row : rows_) {
    line([&](size_t c) { return row[c].text; }, [&](size_t c) { return row[c].style; });
  }
  return out;
}

}  // namespace midge
