// Text for a terminal: what it can show, tables that fit its width, bars, and strings that cannot harm it.
//
// Everything returns strings; printing is the CLI's business.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace midge {

enum class Style : uint8_t { kPlain, kBold, kDim, kRed, kGreen, kYellow };

/// What the stream behind a file descriptor can show.
struct Terminal {
  bool is_tty = false;
  bool colour = false;   ///< a tty, TERM is not "dumb" and NO_COLOR is not set
  bool unicode = false;  ///< a tty whose locale is UTF-8
  int width = 0;         ///< columns; 0: unlimited (not a tty)

  static Terminal of(int file_descriptor);

  /// The text in a style, or just the text where there is no colour.
  std::string style(Style style, const std::string& text) const;
  const char* ellipsis() const { return unicode ? "…" : "~"; }
};

/// The text with control characters and broken UTF-8 replaced by '?': names in a file are not trusted with a terminal.
std::string printable(const std::string& text);

/// Columns that the text takes: its code points.
int display_width(const std::string& text);

/// The text in at most `width` columns: where it is longer, the terminal's ellipsis in its middle. Names that exporters make
/// differ at their ends.
std::string shortened(const std::string& text, int width, const Terminal& terminal);

/// "1,234,567"
std::string with_commas(uint64_t n);

/// A horizontal bar of `value` out of `most` in at most `width` columns; not empty where value is not 0.
std::string bar(double value, double most, int width, bool unicode);

struct Column {
  std::string title;
  bool right = false;   ///< aligned right, as numbers are
  int shrinks_to = 0;   ///< where the table is too wide this column may become as narrow as that; 0: it keeps its width
  int at_most = 0;      ///< its width where there is room; 0: as its longest cell
};

/// A table with a line of titles. Cells are made printable; what cannot be made to fit the width is shortened.
class TextTable {
 public:
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  struct Cell {
    std::string text;
    Style style = Style::kPlain;
    Cell(std::string t, Style s = Style::kPlain) : text(std::move(t)), style(s) {}  // NOLINT: a string is a cell
    Cell(const char* t) : text(t) {}                                                // NOLINT
  };
  void add(std::vector<Cell> row);
  bool empty() const { return rows_.empty(); }

  /// Lines that end in a newline, each indented by two spaces.
  std::string render(const Terminal& terminal) const;

 private:
  std::vector<int> widths(int available) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace midge
