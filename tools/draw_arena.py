#!/usr/bin/env python3
"""Draws docs/images/arena.svg: the memory plan of the digits example over the time of one inference, from `midge inspect`.

    tools/draw_arena.py [MODEL.tflite] [-o FILE.svg] [--midge PROGRAM]

Across: the operators in order, all of the same width. Up: bytes of the arena. A block is a tensor at the offset where the
plan puts it, for as long as it lives; the line is the sum of what is alive. The picture has a background of its own and a
second palette, so that it can be read on a light and on a dark page.
"""

import argparse
from pathlib import Path
from xml.sax.saxutils import escape

from midge_tool import DIGITS, ROOT, find_midge, main_catching, run_midge_json

WIDTH, HEIGHT = 880, 410
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 64, 72

STYLE = """
  .card { fill: #ffffff; stroke: #d0d7de; }
  text { font: 12px -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .quiet { fill: #59636e; }
  .grid { stroke: #d8dee4; stroke-width: 1; }
  .block { fill: #c8e1ff; stroke: #0550ae; stroke-width: 1; }
  .input { fill: #d3f0d8; stroke: #1a7f37; }
  .output { fill: #ffe2b8; stroke: #9a6700; }
  .scratch { fill: #e6e0f5; stroke: #6639ba; }
  .live { fill: none; stroke: #cf222e; stroke-width: 2; }
  .peak { fill: #cf222e; font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d; }
    text { fill: #e6edf3; }
    .quiet { fill: #9198a1; }
    .grid { stroke: #2a313c; }
    .block { fill: #12355b; stroke: #79c0ff; }
    .input { fill: #12391f; stroke: #56d364; }
    .output { fill: #46320b; stroke: #e3b341; }
    .scratch { fill: #2f2354; stroke: #d2a8ff; }
    .live { stroke: #ff7b72; }
    .peak { fill: #ff7b72; }
  }
"""


def round_step(most):
    """A round distance of grid lines, so that there are 4 to 8 of them."""
    step = 1
    while most / step > 8:
        step *= 2
    return step


class Picture:
    def __init__(self, model):
        self.model = model
        self.arena = model["arena"]
        self.operators = model["operators"]
        self.inputs = {t["index"] for t in model["inputs"]}
        self.outputs = {t["index"] for t in model["outputs"]}
        self.most = max(self.arena["activation_bytes"], 1)
        self.out = []

    def x(self, operator):
        return LEFT + (WIDTH - LEFT - RIGHT) * operator / len(self.operators)

    def y(self, byte):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * byte / self.most

    def add(self, text):
        self.out.append("  " + text)

    def text(self, x, y, words, kind="", anchor="start"):
        self.add(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>')

    def axes(self):
        step = round_step(self.most)
        for byte in range(0, self.most + 1, step):
            self.add(f'<line class="grid" x1="{LEFT}" y1="{self.y(byte):.1f}" x2="{WIDTH - RIGHT}" y2="{self.y(byte):.1f}"/>')
            self.text(LEFT - 8, self.y(byte) + 4, f"{byte:,}", "quiet", "end")
        for i, op in enumerate(self.operators):
            words = op["name"].replace("_2D", "").split("_")
            if words[0] == "DEPTHWISE":
                words = ["DEPTHWISE", "CONV"]
            for row, word in enumerate([str(i)] + words):
                self.text((self.x(i) + self.x(i + 1)) / 2, HEIGHT - BOTTOM + 18 + 15 * row, word, "quiet", "middle")

    def blocks(self):
        for b in self.arena["blocks"]:
            kind = "scratch" if b["tensor"] is None else "block"
            kind = "input" if b["tensor"] in self.inputs else "output" if b["tensor"] in self.outputs else kind
            x1, x2 = self.x(b["first"]) + 1.5, self.x(min(b["last"] + 1, len(self.operators))) - 1.5
            top, bottom = self.y(b["offset"] + b["bytes"]), self.y(b["offset"])
            self.add(f'<rect class="block {kind}" x="{x1:.1f}" y="{top:.1f}" width="{x2 - x1:.1f}" height="{max(bottom - top, 1.5):.1f}"/>')
            label, size = "scratch" if kind == "scratch" else f"#{b['tensor']}", f"{b['bytes']:,} bytes"
            if bottom - top >= 36:
                self.text(x1 + 6, (top + bottom) / 2 - 4, label)
                self.text(x1 + 6, (top + bottom) / 2 + 12, size, "quiet")
            else:
                live = self.y(self.arena["timeline"][min(b["first"], len(self.operators) - 1)]["live_bytes"])
                above = min(top, live) if top - live < 20 else top  # the line would run through the label
                self.text(x1 + 6, top + 14 if bottom - top >= 18 else above - 4, label)

    def live(self):
        points = []
        for i, t in enumerate(self.arena["timeline"]):
            points += [f"{self.x(i):.1f},{self.y(t['live_bytes']):.1f}", f"{self.x(i + 1):.1f},{self.y(t['live_bytes']):.1f}"]
        self.add(f'<polyline class="live" points="{" ".join(points)}"/>')
        peak = max(self.arena["timeline"], key=lambda t: t["live_bytes"])
        self.text(self.x(peak["operator"] + 1) + 8, self.y(peak["live_bytes"]) + 4, f"peak {peak['live_bytes']:,} bytes alive", "peak")

    def draw(self):
        name = Path(self.model["file"]).name
        a = self.arena
        self.add(f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="8"/>')
        self.text(LEFT, 26, f"Activations of {name} during one inference", "title")
        self.text(LEFT, 46, f"blocks: tensors where the plan puts them ({a['activation_bytes']:,} bytes); red line: bytes alive; "
                  "green: input, orange: output", "quiet")
        self.axes()
        self.blocks()
        self.live()
        title = f"Memory plan of {name}: {a['activation_bytes']} bytes of activations, {a['live_peak_bytes']} alive at the peak"
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">'
        return "\n".join([head, f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", *self.out, "</svg>", ""])


def draw(midge, model=DIGITS):
    return Picture(run_midge_json(midge, "inspect", model)).draw()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default=DIGITS)
    parser.add_argument("-o", dest="out", type=Path, default=ROOT / "docs/images/arena.svg")
    parser.add_argument("--midge", help="the program (default: .venv/bin/midge or build/host-release/cli/midge)")
    args = parser.parse_args()
    args.out.write_text(draw(find_midge(args.midge), args.model))
    return 0


if __name__ == "__main__":
    main_catching(main)
