"""Text in a request. JSON can hold halves of characters (`"\\ud800"`), which no file and no answer can."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator


def _unicode(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"not Unicode: half a character at {error.start}") from None
    return text


Text = Annotated[str, AfterValidator(_unicode)]
