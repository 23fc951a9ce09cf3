"""Chart colours for both themes. White text is readable (4.5:1) on every colour of `PALETTE`."""

from __future__ import annotations

import streamlit as st

PALETTE = ("#0b6173", "#a04f17", "#5d4b9c", "#2d6e48", "#95375c", "#2c5d9b", "#74601a", "#7a3f8f")
REST = "#56646b"
"""What is folded together."""
LINES_DARK = ("#5cc3d6", "#f0a35e", "#b3a4f0", "#7ecb9a", "#ef8fb4", "#8bb8f2")


def dark() -> bool:
    return st.context.theme.type == "dark"


def strong() -> str:
    """The bar that was asked for."""
    return "#5cc3d6" if dark() else "#0b6173"


def faded() -> str:
    """The bars around it (3:1 against the page)."""
    return "#45707a" if dark() else "#7fa9b2"


def lines() -> tuple[str, ...]:
    return LINES_DARK if dark() else PALETTE


def text() -> str:
    return "#e6eef0" if dark() else "#07141a"
