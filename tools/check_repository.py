#!/usr/bin/env python3
"""Checks what a compiler does not: include arrows, file hygiene, and documents that must agree with the tree.

One line a finding, as FILE:LINE: what is wrong. Exit status 1 if there is one. Standard library only.

    tools/check_repository.py            every check
    tools/check_repository.py --list     the names of the checks
    tools/check_repository.py --only includes
"""

import argparse
import fnmatch
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Who may include whom. A folder may always include itself. The key of a file is its longest prefix here.
ARROWS = {
    "base": [],
    "model": ["base"],
    "kernels": ["base"],
    "image": ["base", "model"],
    "audio": ["base", "model", "kernels"],
    "ops": ["base", "model", "kernels"],
    "runtime": ["base", "model", "ops"],
    "targets": [],
    "verify/harness": ["base", "model", "image", "audio", "ops", "runtime", "targets"],
    "report": ["base", "model", "ops", "runtime"],
    "verify": ["base", "model", "image", "audio", "ops", "runtime", "report", "verify/harness"],
    "compiler": ["base", "model", "image", "audio", "kernels", "ops", "runtime", "report", "verify"],
    "cli": ["base", "model", "image", "audio", "ops", "runtime", "report", "verify", "compiler"],
    "python": ["base", "model", "image", "audio", "ops", "runtime", "report", "verify", "compiler"],
    "examples": ["base", "model", "ops", "runtime"],
    "bench": ["base", "model", "kernels", "ops", "runtime", "report", "verify", "compiler"],
    "tests": ["base", "model", "kernels", "image", "audio", "ops", "runtime", "targets", "verify/harness", "report", "verify", "compiler", "cli"],
}

# Code that also runs on a target, and the headers of the compiler that it may include.
FREESTANDING = ["base", "model", "kernels", "image", "audio", "ops", "runtime", "verify/harness", "targets"]
FREESTANDING_HEADERS = {"stdint.h", "stddef.h"}
EXTRA_HEADERS = {"base/memory.h": {"string.h"}}

# Files that only ever run on a host although their folder is freestanding: an operator's description, GoogleTest's, the host's board.
# TESTS may include anything; those of the operators also run on targets, so they stay freestanding.
HOSTED = ["ops/*/spec.cc", "ops/spec.h", "targets/host/*", "*_test.cc"]
TESTS = ["*/test.cc", "*_test.cc", "*/test_*.cc", "ops/testing*.h"]

CPP = {".cc", ".h", ".inc", ".def", ".c"}
TEXT = CPP | {".md", ".py", ".cmake", ".txt", ".json", ".ld", ".S", ".toml", ".yml", ".yaml", ".sh", ".svg", ""}
MOST_LINES = 1000
GENERATED = ["docs/ops.md"]  # as long as there are operators
MOST_BYTES = 512 * 1024

findings = []


def report(path, line, text):
    findings.append((str(path), line, text))


def matches(name, patterns):
    return any(fnmatch.fnmatch(name, p) for p in patterns)


def ignored_patterns():
    lines = (ROOT / ".gitignore").read_text().splitlines() if (ROOT / ".gitignore").exists() else []
    return [p.strip().rstrip("/") for p in lines if p.strip() and not p.startswith("#")] + [".git"]


def repository_files():
    """Names, relative to the root, of what is committed or could be. Git knows them; in an unpacked archive .gitignore does."""
    if (ROOT / ".git").exists():
        command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        try:
            out = subprocess.run(command, capture_output=True, check=True).stdout.decode()
            return sorted({n for n in out.split("\0") if n and (ROOT / n).is_file()})
        except (OSError, subprocess.CalledProcessError):
            pass  # no git: as an archive
    ignored = ignored_patterns()

    def walk(folder):
        for path in sorted(folder.iterdir()):
            if matches(path.name, ignored) or matches(path.relative_to(ROOT).as_posix(), ignored):
                continue
            if path.is_dir():
                yield from walk(path)
            else:
                yield path.relative_to(ROOT).as_posix()

    return list(walk(ROOT))


FILES = repository_files()


def lines_of(name):
    return (ROOT / name).read_text(encoding="utf-8", errors="replace").split("\n")


def is_text(name):
    return Path(name).suffix in TEXT and b"\0" not in (ROOT / name).read_bytes()[:4096]


def without_fences(name):
    """(number, line) of a Markdown file outside fenced code."""
    fenced = False
    for number, line in enumerate(lines_of(name), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, line


# -- include arrows


def area_of(name):
    best = ""
    for area in ARROWS:
        if name.startswith(area + "/") and len(area) > len(best):
            best = area
    return best


def resolve(include, includer):
    for candidate in (include, "runtime/include/" + include, str(Path(includer).parent / include)):
        if (ROOT / candidate).is_file():
            return Path(candidate).as_posix()
    return None


def check_includes():
    pattern = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
    for name in FILES:
        area = area_of(name)
        if not area or Path(name).suffix not in CPP:
            continue
        hosted = matches(name, HOSTED) or not any(name.startswith(f + "/") for f in FREESTANDING)
        for number, line in enumerate(lines_of(name), 1):
            m = pattern.match(line)
            if not m:
                continue
            kind, include = m.groups()
            if kind == "<":
                allowed = FREESTANDING_HEADERS | EXTRA_HEADERS.get(name, set())
                if not hosted and include not in allowed:
                    report(name, number, f"<{include}> in freestanding code; allowed here: {' '.join(sorted(allowed))}")
                continue
            target = resolve(include, name)
            if target is None:
                if not hosted:
                    report(name, number, f'"{include}" is no file of the repository')
                continue
            other = area_of(target)
            allowed = ARROWS[area] + [area] + (list(ARROWS) if matches(name, TESTS) else [])
            if other and other not in allowed:
                report(name, number, f"{area}/ must not include {other}/ ({include}); allowed: {' '.join(sorted(allowed))}")


# -- hygiene of every file


def check_files():
    for name in FILES:
        data = (ROOT / name).read_bytes()
        if len(data) > MOST_BYTES:
            report(name, 0, f"{len(data)} bytes; the most is {MOST_BYTES}")
        if not data or not is_text(name):
            continue
        lines = lines_of(name)
        if len(lines) - 1 > MOST_LINES and not matches(name, GENERATED):
            report(name, 0, f"{len(lines) - 1} lines; the most is {MOST_LINES}")
        if not data.endswith(b"\n"):
            report(name, len(lines), "no newline at the end of the file")
        if b"\r" in data:
            report(name, 0, "carriage returns")
        for number, line in enumerate(lines, 1):
            if Path(name).suffix in CPP and "\t" in line:
                report(name, number, "a tab")
            if line.endswith((" ", "\t")):
                report(name, number, "white space at the end of the line")
            m = re.search(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b", line)
            if m and name != "tools/check_repository.py" and Path(name).suffix != ".svg":
                report(name, number, f"{m.group(1)}: do it, or write down what does not work")


# -- ARCHITECTURE.md


def check_tree():
    """The tree in ARCHITECTURE.md: an entry a line, indented by two spaces a level; deeper lines continue a description."""
    name = "ARCHITECTURE.md"
    if name not in FILES:
        return report(name, 0, "is missing")
    lines = lines_of(name)
    try:
        start = next(i for i, l in enumerate(lines) if l.startswith("## ") and "tree" in l.lower())
        opening = next(i for i in range(start, len(lines)) if lines[i].startswith("```"))
        closing = next(i for i in range(opening + 1, len(lines)) if lines[i].startswith("```"))
    except StopIteration:
        return report(name, 0, "no heading with the word tree, followed by a fenced block")
    top, parents = {}, []
    for i in range(opening + 1, closing):
        m = re.match(r"( *)(\S+)", lines[i])
        if not m or len(m.group(1)) > 6 or len(m.group(1)) % 2:
            continue
        depth, entry = len(m.group(1)) // 2, m.group(2)
        if depth > len(parents):
            report(name, i + 1, f"{entry}: indented deeper than the line above allows")
            continue
        parents = parents[:depth]
        path = "".join(parents) + entry
        if depth == 0:
            top[entry.rstrip("/")] = i + 1
        if "<" not in path and not any(f == path or (path.endswith("/") and f.startswith(path)) for f in FILES):
            report(name, i + 1, f"{path}: there is no such {'folder' if path.endswith('/') else 'file'}")
        if entry.endswith("/"):
            parents.append(entry)
    real = {f.split("/")[0] for f in FILES}
    for entry in sorted(real - set(top)):
        report(name, opening + 1, f"the tree does not name {entry}{'/' if (ROOT / entry).is_dir() else ''}")
    return None


def check_paths():
    """Every path in `code` that starts with a folder of the repository exists."""
    folders = {f.split("/")[0] for f in FILES if "/" in f}
    for name in FILES:
        if not name.endswith(".md"):
            continue
        for number, line in without_fences(name):
            for span in re.findall(r"`([^`]+)`", line):
                path = span.split("::")[0]
                if not re.fullmatch(r"[\w.+-]+(/[\w.+-]*)+", path) or path.split("/")[0] not in folders:
                    continue
                if re.search(r"\b[A-Z]{2,}\b", path.rsplit(".", 1)[0]) and not (ROOT / path).exists():
                    continue  # NAME stands for something
                if not (ROOT / path).exists():
                    report(name, number, f"{path}: there is no such file or folder")


# -- Markdown


def slug(heading):
    text = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", lambda m: m.group(1) or "", heading.strip())
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def anchors_of(name):
    return {slug(line.lstrip("#")) for _, line in without_fences(name) if re.match(r"#{1,6} ", line)}


def check_links():
    for name in FILES:
        if not name.endswith(".md"):
            continue
        for number, line in without_fences(name):
            targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)) + re.findall(r'(?:src|srcset|href)="([^"]+)"', line)
            for target in targets:
                if re.match(r"[a-z]+:", target):
                    continue
                path, _, anchor = target.partition("#")
                file = (ROOT / name).parent / path if path else ROOT / name
                if not file.exists():
                    report(name, number, f"the link {target} leads nowhere")
                elif anchor and file.suffix == ".md" and anchor not in anchors_of(file.resolve().relative_to(ROOT).as_posix()):
                    report(name, number, f"the link {target}: {file.name} has no such heading")


# -- lists that must agree


def check_operators():
    if "ops/ops.def" not in FILES:
        return report("ops/ops.def", 0, "is missing")
    listed = re.findall(r"^MIDGE_(?:CUSTOM_)?OP\((\w+), \"?(\w+)\"?, (\d+)\)", (ROOT / "ops/ops.def").read_text(), re.M)
    if "docs/ops.md" not in FILES:
        return report("docs/ops.md", 0, "is missing: run tools/make_docs.py")
    rows = re.findall(r"^\| \[(\w+)\]\(#(\w+)\) \| (\d+) \|", (ROOT / "docs/ops.md").read_text(), re.M)
    rows = [(folder, builtin, version) for builtin, folder, version in rows]
    for op in listed:
        if op not in rows:
            report("docs/ops.md", 0, f"{op[0]} version {op[2]} of ops/ops.def is not in the table: run tools/make_docs.py")
    for row in rows:
        if row not in listed:
            report("docs/ops.md", 0, f"{row[0]} version {row[2]} is not in ops/ops.def: run tools/make_docs.py")
    return None


def check_commands():
    """`make X`, `midge VERB` and `--target NAME` in the documents exist."""
    verbs = set(re.findall(r"^MIDGE_VERB\((\w+)\)", (ROOT / "cli/verbs.def").read_text(), re.M))
    targets = {f.split("/")[1] for f in FILES if f.startswith("targets/") and f.endswith("/target.json")}
    goals = None
    if "Makefile" in FILES:
        goals = set(re.findall(r"^([A-Za-z][\w-]*)\s*:(?!=)", (ROOT / "Makefile").read_text(), re.M))
    for name in ("README.md", "CONTRIBUTING.md", "docs/design/adding.md"):
        if name not in FILES:
            report(name, 0, "is missing")
            continue
        fenced = False
        for number, line in enumerate(lines_of(name), 1):
            if line.lstrip().startswith("```"):
                fenced = not fenced
            code = [line] if fenced else re.findall(r"`([^`]+)`", line)
            for text in code:
                text = re.sub(r"^\$ ", "", text.strip())
                m = re.match(r"(?:\.venv/bin/)?midge ([a-z]+)\b", text)
                if m and m.group(1) not in verbs:
                    report(name, number, f"midge {m.group(1)}: cli/verbs.def has no such verb")
                m = re.match(r"make ([\w-]+)(?: |$)", text)
                if m and goals is not None and m.group(1) not in goals:
                    report(name, number, f"make {m.group(1)}: the Makefile has no such goal")
                for target in re.findall(r"--target ([a-z][\w-]+)", text) if re.match(r"\S*midge ", text) else []:
                    if target not in targets:
                        report(name, number, f"--target {target}: targets/ has no such folder")


CHECKS = {
    "includes": check_includes,
    "files": check_files,
    "tree": check_tree,
    "paths": check_paths,
    "links": check_links,
    "operators": check_operators,
    "commands": check_commands,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=CHECKS, action="append", help="run just this check")
    parser.add_argument("--list", action="store_true", help="print the names of the checks")
    args = parser.parse_args()
    if args.list:
        for name, check in CHECKS.items():
            print(f"{name:10} {(check.__doc__ or '').splitlines()[0] if check.__doc__ else ''}".rstrip())
        return 0
    for name in args.only or CHECKS:
        CHECKS[name]()
    for path, line, text in sorted(findings):
        print(f"{path}:{line}: {text}" if line else f"{path}: {text}")
    if findings:
        print(f"{len(findings)} finding{'s' if len(findings) > 1 else ''}", file=sys.stderr)
        return 1
    print(f"repository: {len(FILES)} files, {', '.join(args.only or CHECKS)}: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
