"""`make bench BENCH=extracts SCALE=full`: run benchmarks, print a table, write benchmarks/results/<name>.json.

Every figure is a ratio against a peer or a physical limit measured in the same run, on the same machine: seconds on a
shared machine say nothing by themselves.
"""

import importlib
import json
import os
import sys
from pathlib import Path

import django

RESULTS = Path(__file__).parent / "results"
BENCHMARKS = ("extracts", "loading", "lists", "rop", "siras", "submissions", "rosters", "ssid_matching")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calpads_portal.settings")
    django.setup()
    wanted = os.environ.get("BENCH", "").split() or list(BENCHMARKS)
    scale = os.environ.get("SCALE", "small")
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown or scale not in ("small", "full"):
        sys.exit(f"BENCH is any of {', '.join(BENCHMARKS)}; SCALE is small or full.")
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.exit("Benchmarks run on PostgreSQL: use `make bench`, or set DATABASE_URL.")
    for name in wanted:
        rows = importlib.import_module(f"benchmarks.{name}").run(scale)
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.json").write_text(json.dumps(rows, indent=1) + "\n")
        print_table(name, rows)


def print_table(name: str, rows: list[dict[str, object]]) -> None:
    print(f"\n{name}")
    for row in rows:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}x"
        print(f"  {row['case']:<60} {row['value']:>12} {row['unit']:<10} {ratio:>8}  {row['against'] or ''}")


if __name__ == "__main__":
    main()
