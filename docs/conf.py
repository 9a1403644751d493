"""How the documentation is built: Markdown pages, the command line's own help, and the docstrings; no network."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from prover import __version__  # noqa: E402 - the package of this checkout, not one installed elsewhere

project = "prover"
author = "the authors of prover"
version = release = __version__
html_title = f"prover {__version__}"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_argparse_cli",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "_templates"]
templates_path = ["_templates"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

# A copied block holds the commands, without their prompts and outputs.
copybutton_prompt_text = "$ "
copybutton_here_doc_delimiter = "EOF"
copybutton_line_continuation_character = "\\"

autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True, "show-inheritance": True}
python_use_unqualified_type_names = True
default_role = "code"
# A short name in a signature that two modules have (`Kind`) links to the first of them.
suppress_warnings = ["ref.python"]

html_theme = "furo"
html_static_path = ["_static"]
html_favicon = "_static/icon.svg"
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sphinx = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_MEANT_BY_RST = re.compile(r"([\\*|]|_(?=\W|$))")
_LIST = re.compile(r"\s*(?:[-*+]|\d+\.)\s")


def _as_rst(text: str) -> str:
    """Docstrings are plain text with code between backticks and lists: nothing else in them is markup."""
    done, out = 0, []
    for found in _CODE.finditer(text):
        code = " ".join(found[2].split())
        out += [_MEANT_BY_RST.sub(r"\\\1", text[done : found.start()]), f"``{code}``"]
        done = found.end()
        if text[done : done + 1].isalnum():
            out.append("\\ ")
    return "".join([*out, _MEANT_BY_RST.sub(r"\\\1", text[done:])])


def _docstring(*event: Any) -> None:
    """Indented lines that belong to no list keep their line breaks. The event's last value is the list of lines."""
    lines: list[str] = event[-1]
    shown: list[str] = []
    in_list = indented = False
    for line in _as_rst("\n".join(lines)).split("\n"):
        was, indented = indented, line.startswith(" ") and not in_list
        in_list = bool(line.strip()) and (in_list or bool(_LIST.match(line)))
        indented = indented and not in_list
        if was != indented and shown and shown[-1]:
            shown.append("")
        shown.append(f"| {line}" if indented else line)
    lines[:] = shown


def setup(app: Any) -> None:
    app.connect("autodoc-process-docstring", _docstring)
