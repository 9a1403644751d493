#!/usr/bin/env python3
"""Print, for every compiled Lean function, the names that its static data holds: `symbol<TAB>name`, a line each.

It answers "which lemma will this tactic ask for": filter by the tactic's symbol.

    cited_names.py --library libleanshared.so | grep Omega
"""

from __future__ import annotations

import argparse
from pathlib import Path

from native import NativeLibrary, NotAnObjectError


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--library", type=Path, required=True, help="the compiled Lean library (libleanshared.so)"
    )
    library = NativeLibrary(parser.parse_args().library)
    for symbol, address in library.constants():
        try:
            name = library.name(address)
        except (NotAnObjectError, UnicodeDecodeError):
            continue
        if name:
            print(symbol, ".".join(name), sep="\t")


if __name__ == "__main__":
    main()
