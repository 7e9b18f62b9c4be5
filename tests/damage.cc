// midge_damage: damages model files at random, and prepares, runs, imports and prints each. Meant for the sanitizers' build, which ends it where
// anything reads or writes outside of the file and the arena, or has undefined behaviour. tests/test_damaged_models.py feeds it.
//
// usage: midge_damage SEED TURNS FILE...
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

#include "compiler/emit/tflite.h"
#include "compiler/import/tflite/tflite.h"
#include "compiler/ir/text.h"
#include "compiler/ir/verify.h"
#include "midge/interpreter.h"
#include "tests/digits.h"

namespace midge::testing {
namespace {

constexpr size_t kArenaBytes = 1 << 20;

/// Counts of what became of the damaged files.
struct Outcome {
  unsigned refused = 0, not_prepared = 0, ran = 0, imported = 0;
};

/// Changes some bytes, or a word to a value that size computations stumble over.
void damage(uint8_t* file, size_t size, std::mt19937& random) {
  constexpr uint32_t kWords[] = {0,      1,      2,      3,       4,          7,          255,        256,
                                 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe};
  const int changes = 1 + static_cast<int>(random() % 3);
  for (int i = 0; i < changes; ++i) {
    const size_t at = random() % size;
    if (random() % 2 == 0) {
      file[at] = static_cast<uint8_t>(random());
    } else if (at / 4 * 4 + 4 <= size) {
      memcpy(file + at / 4 * 4, &kWords[random() % (sizeof kWords / sizeof *kWords)], 4);
    }
  }
}

/// A loop may never end.
bool loops(const Model& model) {
  for (uint32_t i = 0; i < model.operator_count(); ++i) {
    if (model.op(i).code == static_cast<int32_t>(Builtin::WHILE)) return true;
  }
  return false;
}

void try_model(const ExactBlock& file, ExactBlock& arena, Contract contract, std::mt19937& random, Outcome* outcome) {
  static Interpreter interpreter;
  InterpreterOptions options;
  options.contract = contract;
  const Status status = interpreter.init(const_cast<ExactBlock&>(file).data(), file.size(), all_ops(), arena.data(), arena.size(), options);
  if (!status.ok()) {
    ++(interpreter.model().data() == nullptr ? outcome->refused : outcome->not_prepared);
    return;
  }
  if (loops(interpreter.model())) return;
  for (int turn = 0; turn < 2; ++turn) {
    for (uint32_t i = 0; i < interpreter.input_count(); ++i) {
      const TensorView t = interpreter.input(i);
      // Bool is a byte that is 0 or 1; everything else may be anything.
      for (uint32_t b = 0; b < t.bytes; ++b)
        static_cast<uint8_t*>(t.data)[b] = static_cast<uint8_t>(random() >> (t.info.type == Type::kBool ? 31 : 24));
    }
    const Status invoked = interpreter.invoke();
    if (!invoked.ok() && invoked.code() != Code::kBadData) std::abort();
  }
  ++outcome->ran;
}

/// What the converter does before anything else. A module that was read is printed, read back and written, whatever is wrong with it.
void try_import(const ExactBlock& file, Outcome* outcome) {
  ir::Module module;
  try {
    module = import_tflite({const_cast<ExactBlock&>(file).data(), file.size()}, "damaged");
  } catch (const DiagnosticError&) {
    return;
  }
  const std::string text = ir::print(module);
  if (ir::print(ir::parse(text, "damaged")) != text) std::abort();
  if (verify(module).empty()) emit_tflite(module);
  ++outcome->imported;
}

int run(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: midge_damage SEED TURNS FILE...\n");
    return 2;
  }
  const unsigned seed = static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10));
  const int turns = std::atoi(argv[2]);
  ExactBlock arena(kArenaBytes);
  for (int f = 3; f < argc; ++f) {
    const std::vector<uint8_t> good = read_file(argv[f]);
    std::printf("%s", argv[f]);  // before a crash
    std::fflush(stdout);
    std::mt19937 random(seed);
    Outcome outcome;
    for (int turn = 0; turn < turns; ++turn) {
      ExactBlock file(good);
      damage(file.data(), file.size(), random);
      try_import(file, &outcome);
      try_model(file, arena, turn % 2 == 0 ? Contract::kLitert : Contract::kTflm, random, &outcome);
    }
    std::printf(" %u refused, %u not prepared, %u ran; %u imported\n", outcome.refused, outcome.not_prepared, outcome.ran, outcome.imported);
  }
  return 0;
}

}  // namespace
}  // namespace midge::testing

int main(int argc, char** argv) { return midge::testing::run(argc, argv); }
