"""The conversations of this session at the side: open, search, begin, delete."""

from __future__ import annotations

import streamlit as st

from assistant.views.conversations import Conversation, Conversations
from assistant.views.markup import plain
from assistant.views.texts import t

SEARCH_FROM = 3
"""Fewer conversations need no search."""


def conversation_list(talks: Conversations) -> None:
    with st.sidebar:
        st.button(t("chat.new"), key="new-talk", icon=":material/add_comment:", width="stretch", on_click=begin, args=(talks,))
        begun = talks.begun
        if not begun:
            st.caption(t("chat.private"))
            return
        st.markdown(f"**{t('chat.list')}**")
        found = begun
        if len(begun) >= SEARCH_FROM:
            words = st.text_input(
                t("chat.search"), key="talk-search", icon=":material/search:", label_visibility="collapsed", placeholder=t("chat.search")
            )
            found = talks.matching(words or "")
        if not found:
            st.caption(t("chat.none_found"))
        for talk in found:
            entry(talks, talk)
        st.caption(t("chat.private"))
        if st.button(t("chat.delete_all"), key="drop-all", icon=":material/delete_sweep:", type="tertiary"):
            st.dialog(t("chat.delete_all"))(confirm)(talks)


def begin(talks: Conversations) -> None:
    talks.new()


def entry(talks: Conversations, talk: Conversation) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", wrap=False):
        st.button(
            plain(talk.title),
            key=f"talk-{talk.key}",
            type="secondary" if talk is talks.current else "tertiary",
            wrap=False,
            width="stretch",
            on_click=talks.open,
            args=(talk.key,),
        )
        if st.button(t("chat.delete"), key=f"drop-one-{talk.key}", icon=":material/delete:", type="tertiary"):
            st.dialog(t("chat.delete"))(confirm)(talks, talk)


def confirm(talks: Conversations, talk: Conversation | None = None) -> None:
    """Ask before one conversation (or all) is gone."""
    st.markdown(t("chat.delete_sure", title=plain(talk.title)) if talk else t("chat.delete_all_sure"))
    if st.button(t("chat.delete_yes"), key="drop-sure", on_click=talks.delete, args=(talk.key if talk else "",)):
        st.rerun()
