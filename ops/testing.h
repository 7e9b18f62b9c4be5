// What an operator's test.cc is written with. Freestanding: the same cases run on the host (midge_tests) and on every target
// (the image midge_op_tests).
//
//   void test_relu(Report& r) {                      // ops/relu/test.cc
//     for (...each combination of parameters...) {
//       if (!r.next_case()) continue;                // counts; on the host MIDGE_CASE=relu:17 runs that case alone
//       Random random = r.random();                  // depends on the case only, so that it reruns alone
//       r.equal("relu_s8", expected, actual, n);     // compares bytes; a difference prints one line with the case's id
//     }
//   }
#pragma once
#include "base/memory.h"
#include "base/span.h"
#include "base/status.h"

namespace midge {
namespace testing {

/// Marsaglia's xorshift, 32 bits.
class Random {
 public:
  explicit Random(uint32_t seed) : state_(seed != 0 ? seed : 1) {}

  uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  /// Uniform in [low, high].
  int32_t between(int32_t low, int32_t high) {
    const uint64_t n = static_cast<uint64_t>(static_cast<int64_t>(high) - low + 1);
    return static_cast<int32_t>(low + static_cast<int64_t>(next() * n >> 32));
  }
  float real(float low, float high) { return low + (high - low) * (static_cast<float>(next() >> 8) * (1.0f / (1 << 24))); }
  /// An integer type over its whole range, up to 32 bits; one in eight is an extreme.
  template <class T>
  void fill(T* to, int32_t n) {
    constexpr T kLowest = static_cast<T>(T{0} < static_cast<T>(-1) ? 0 : uint64_t{1} << (sizeof(T) * 8 - 1));
    for (int32_t i = 0; i < n; ++i) {
      const uint32_t r = next(), s = next();
      to[i] = (r >> 8 & 7) != 0 ? static_cast<T>(s) : static_cast<T>((r & 1) != 0 ? static_cast<T>(~kLowest) : kLowest);
    }
  }
  /// int8 over the whole range; one in eight is an extreme.
  void fill_s8(int8_t* to, int32_t n) {
    for (int32_t i = 0; i < n; ++i) {
      const uint32_t r = next();
      to[i] = (r >> 8 & 7) == 0 ? static_cast<int8_t>((r & 1) != 0 ? 127 : -128) : static_cast<int8_t>(r >> 16);
    }
  }

 private:
  uint32_t state_;
};

/// Cycles through a list by the case's number: lists of coprime lengths meet in every combination.
template <class T, size_t N>
const T& pick(const T (&list)[N], uint32_t i) {
  return list[i % N];
}

/// One line of text, cut at its end. No stdio.
class Line {
 public:
  Line& operator<<(const char* s) {
    for (; *s != 0 && size_ < kMost; ++s) text_[size_++] = *s;
    text_[size_] = 0;
    return *this;
  }
  Line& operator<<(int n) { return *this << static_cast<long long>(n); }  // int32_t is int here and long there
  Line& operator<<(long n) { return *this << static_cast<long long>(n); }
  Line& operator<<(unsigned n) { return *this << static_cast<long long>(n); }
  Line& operator<<(unsigned long n) { return *this << static_cast<long long>(n); }
  Line& operator<<(long long n) {
    char digits[21];
    int at = sizeof digits;
    digits[--at] = 0;
    uint64_t rest = n < 0 ? 0u - static_cast<uint64_t>(n) : static_cast<uint64_t>(n);
    do digits[--at] = static_cast<char>('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (n < 0) digits[--at] = '-';
    return *this << &digits[at];
  }
  /// Six decimals, saturated at +-2e9.
  Line& operator<<(float x) {
    if (!(x == x)) return *this << "NaN";
    const float a = x < 0 ? -x : x;
    if (x < 0) *this << "-";
    if (a > 2e9f) return *this << "more than 2e9";
    const int32_t whole = static_cast<int32_t>(a);
    int32_t rest = static_cast<int32_t>((a - static_cast<float>(whole)) * 1e6f);
    *this << whole << ".";
    for (int32_t unit = 100000; unit > 0; rest %= unit, unit /= 10) *this << rest / unit;
    return *this;
  }
  const char* text() const { return text_; }

 private:
  static constexpr uint32_t kMost = 190;
  char text_[kMost + 1] = {};
  uint32_t size_ = 0;
};

/// Where the results of one operator go.
class Report {
 public:
  using Print = void (*)(const char* line);

  /// `only`: the case to run alone, 0 for all of them.
  Report(const char* op, uint32_t seed, uint32_t only, Print print) : op_(op), seed_(seed), only_(only), print_(print) {}

  /// Goes on to the next case, counted from 1; false if it is not to run.
  bool next_case() { return ++case_, only_ == 0 || only_ == case_; }
  uint32_t case_number() const { return case_; }
  Random random() const { return Random(seed_ ^ case_ * 0x9e3779b9u); }

  /// A failed check prints `what` and its case. Returns ok.
  bool expect(bool ok, const char* what) {
    ++checks_;
    if (!ok) fail(Line() << what);
    return ok;
  }
  bool expect_ok(Status status, const char* what) {
    ++checks_;
    if (!status.ok())
      fail(Line() << what << ": status " << static_cast<int32_t>(status.code()) << " at " << static_cast<int32_t>(status.index()));
    return status.ok();
  }
  /// `actual` must be n elements equal to `expected`.
  template <class T>
  bool equal(const char* what, const T* expected, const T* actual, int32_t n) {
    return within(what, expected, actual, n, T{});
  }
  /// The same with a tolerance.
  template <class T>
  bool within(const char* what, const T* expected, const T* actual, int32_t n, T tolerance) {
    ++checks_;
    for (int32_t i = 0; i < n; ++i) {
      if (expected[i] == actual[i]) continue;
      const double difference = static_cast<double>(expected[i]) - static_cast<double>(actual[i]);
      if (difference <= static_cast<double>(tolerance) && -difference <= static_cast<double>(tolerance)) continue;
      fail(Line() << what << ": element " << i << " is " << actual[i] << ", expected " << expected[i]);
      return false;
    }
    return true;
  }

  uint32_t cases() const { return case_; }
  uint32_t checks() const { return checks_; }
  uint32_t failures() const { return failures_; }

 private:
  void fail(const Line& what) {
    if (++failures_ > kMostLines) return;
    Line line;
    line << "FAIL " << op_ << ":" << static_cast<int32_t>(case_) << " " << what.text();
    print_(line.text());
  }

  static constexpr uint32_t kMostLines = 10;  // of one operator
  const char* op_;
  uint32_t seed_, only_;
  Print print_;
  uint32_t case_ = 0, checks_ = 0, failures_ = 0;
};

constexpr uint32_t kDefaultSeed = 0x4d494447;

}  // namespace testing
}  // namespace midge
