"""The app: navigation and wiring only. The pages live in assistant/views. Run with `renstra serve`."""

from __future__ import annotations

import streamlit as st

from assistant.views import backend, routes, widgets
from assistant.views.texts import t


def chat() -> None:
    from assistant.views import chat

    chat.page()


def figures() -> None:
    from assistant.views import explorer

    explorer.page()


def reader() -> None:
    from assistant.views import reader

    reader.page()


def evaluation() -> None:
    from assistant.views import evaluation

    evaluation.page()


def status() -> None:
    from assistant.views import status

    status.page()


def main() -> None:
    st.set_page_config(page_title=t("app.title"), page_icon=str(widgets.MARK), layout="wide")
    st.logo(widgets.wordmark(), size="large")
    backend.start()
    functions = {"chat": chat, "figures": figures, "reader": reader, "evaluation": evaluation, "status": status}
    pages = {
        name: st.Page(page, title=t(f"page.{name}"), icon=routes.ICONS[name], url_path=routes.PATHS[name] or None, default=name == "chat")
        for name, page in functions.items()
    }
    st.session_state["pages"] = pages
    st.navigation(list(pages.values()), position="top").run()


main()
