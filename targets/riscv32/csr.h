// Assembler text with control and status registers in it: they are an extension of their own (Zicsr) that `-march=rv32imac`
// leaves out, and Debian's compiler has no libgcc for a -march that names it.
#pragma once

#define MIDGE_WITH_CSR(text) ".option push\n.option arch, +zicsr\n" text ".option pop\n"
