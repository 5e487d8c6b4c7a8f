"""``python -m benchmarks.chart``: docs/images/speed.svg, drawn from results.json.

Five rows: the CPU of boto3's client, of the same with pydantic on top, of the quickest peer and
of ours. Colours are chosen by the reader's scheme, light or dark; the ground is the page's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from benchmarks.gates import FAST, READY
from benchmarks.results import FOLDER, Results

__all__ = ["PATH", "main", "picture"]

PATH = FOLDER.parent / "docs/images/speed.svg"
ROWS = (
    ("stub.query", "Query, 100 items", FAST),
    ("stub.get", "GetItem", FAST),
    ("stub.put", "PutItem", FAST),
    ("stub.batch", "Batch write of 1,000", FAST),
    ("cold", "Cold start, until ready", READY),
)
OTHERS = ("boto3", "tabledesign", "the same", "bare")
WIDTH, LEFT, RIGHT, BAR, GAP = 760, 262, 50, 17, 5
STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 14px }
  .note, .value { fill: #59636e } .value { font-size: 12px }
  .ours { font-weight: 600 }
  line { stroke: #8c959f; stroke-dasharray: 2 3 }
  .base { fill: #a4acb5 } .typed { fill: #7d8590 } .peer { fill: #6a9fd8 } .us { fill: #d9772b }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .note, .value { fill: #9198a1 } line { stroke: #656c76 }
    .base { fill: #656c76 } .typed { fill: #8b949e } .peer { fill: #4f8fd6 } .us { fill: #f0883e }
  }
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: whose, how long, in which colour."""

    name: str
    ratio: float
    kind: str


def picture(results: Results) -> str:
    """The chart as SVG."""
    rows = [(title, _bars(results, key, ours)) for key, title, ours in ROWS]
    longest = max(bar.ratio for _, bars in rows for bar in bars)
    unit = round((WIDTH - LEFT - RIGHT) / max(longest, 1.5))
    shapes: list[str] = []
    top = 44
    for title, bars in rows:
        shapes += _row(title, bars, top, unit)
        top += 30 + len(bars) * (BAR + GAP) + 12
    base = LEFT + unit
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" '
        f'width="{WIDTH}" height="{top}" role="img" aria-label="{_told(results)}">',
        f"<style>{STYLE}</style>",
        '<text class="title" x="0" y="18">CPU of a call, against boto3\'s client '
        "(= 1.00, wire dicts)</text>",
        '<text class="note" x="0" y="36">shorter is better; blue is the quickest peer of '
        "that run; ours and pydantic's are validated models</text>",
        f'<line x1="{base}" y1="48" x2="{base}" y2="{top - 12}"/>',
    ]
    return "\n".join([*head, *shapes, "</svg>"]) + "\n"


def _row(title: str, bars: Sequence[Bar], top: int, unit: int) -> Iterator[str]:
    yield f'<text class="title" x="0" y="{top + 20}">{escape(title)}</text>'
    for place, bar in enumerate(bars):
        y = top + 30 + place * (BAR + GAP)
        width = max(2, round(bar.ratio * unit))
        end = unit if 0.88 < bar.ratio < 1 else width  # beside the line, not upon it
        ours = ' class="ours"' if bar.kind == "us" else ""
        yield (
            f'<text{ours} x="{LEFT - 10}" y="{y + 13}" text-anchor="end">{escape(bar.name)}</text>'
            f'<rect class="{bar.kind}" x="{LEFT}" y="{y}" width="{width}" height="{BAR}" rx="3"/>'
            f'<text class="value" x="{LEFT + end + 6}" y="{y + 13}">{bar.ratio:.2f}</text>'
        )


def _bars(results: Results, key: str, ours: str) -> list[Bar]:
    lines = {
        line.name: line.ratio
        for table in results.tables
        if table.key == key
        for line in table.lines
    }
    peers = {name: ratio for name, ratio in lines.items() if not name.startswith(OTHERS)}
    quickest = min(peers, key=lambda name: peers[name])
    typed = next(name for name in lines if "pydantic" in name and name.startswith(OTHERS))
    return [
        Bar("boto3 client", 1.0, "base"),
        Bar("boto3 client + pydantic", lines[typed], "typed"),
        Bar(quickest, peers[quickest], "peer"),
        Bar(ours, lines[ours], "us"),
    ]


def _told(results: Results) -> str:
    """The figures of ours for whoever hears the picture."""
    figures = [f"{title} {_bars(results, key, ours)[-1].ratio:.2f}" for key, title, ours in ROWS]
    return escape("CPU against the boto3 client: " + ", ".join(figures))


def main() -> None:
    """Draw it anew."""
    results = Results.of_json((FOLDER / "results.json").read_text(encoding="utf-8"))
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(picture(results), encoding="utf-8")


if __name__ == "__main__":
    main()
