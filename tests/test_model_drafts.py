"""Reading what a model wrote, whatever its shape, and telling its language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts import from_text
from assistant.session import wrong_language


def test_reading_takes_marks_json_and_json_lines() -> None:
    assert [(d.text, d.evidence) for d in from_text("Satu kalimat. [E1]\nDua kalimat [E2, E3].", final=True)] == [
        ("Satu kalimat.", ("E1",)), ("Dua kalimat.", ("E2", "E3")),
    ]  # fmt: skip
    assert from_text('{"claims": [{"text": "a", "evidence": ["E1"]}]}', final=True)[0].evidence == ("E1",)
    assert len(from_text('{"text": "a", "evidence": ["E1"]}\n{"text": "b", "evidence": ["E2"]}', final=True)) == 2
    assert from_text("<think>[E9] hm</think>TIDAK ADA", final=True) == []


@given(st.text(max_size=300))
def test_reading_never_fails(text: str) -> None:
    from_text(text)
    from_text(text, final=True)


def test_languages_are_told_apart() -> None:
    assert wrong_language("This is the target that the plan has set for the year.", "id", "")
    assert wrong_language("Target ini ditetapkan untuk tahun yang akan datang dan dicapai oleh kementerian.", "en", "")
    assert not wrong_language("Target ini ditetapkan untuk tahun yang akan datang.", "id", "")
    assert not wrong_language("60", "id", "")
