"""The buttons that take a table along as it is shown: CSV and Excel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from assistant.views import export
from assistant.views.texts import t

Table = tuple[Sequence[str], Sequence[Sequence[export.Value]]]
"""Header and rows."""


def table_downloads(table: Callable[[], Table], name: str, title: str, key: str) -> None:
    """`table` is made at the click. `name`: of the files, without ending; `title`: of the sheet."""
    with st.container(horizontal=True, width="content", vertical_alignment="bottom", gap="xsmall"):
        st.download_button(
            t("figures.export_csv"),
            lambda: export.as_csv(*table()),
            f"{name}.csv",
            "text/csv",
            icon=":material/download:",
            key=f"{key}csv",
            on_click="ignore",
            help=t("save.csv"),
        )
        st.download_button(
            t("figures.export_xlsx"),
            lambda: export.as_xlsx(*table(), title),
            f"{name}.xlsx",
            export.XLSX,
            icon=":material/download:",
            key=f"{key}xlsx",
            on_click="ignore",
            help=t("save.xlsx"),
        )
