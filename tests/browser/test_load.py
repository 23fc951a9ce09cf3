"""Ten people at once on the running app. Figures go to the artefacts; the limit is loose, as the machine is shared."""

from __future__ import annotations

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor

from browser_support import ARTEFACTS, ROOT, server_index

sys.path.insert(0, str(ROOT / "tests"))
USERS = 10
LIMIT_MS = 5000


def test_ten_people_at_once_get_their_answers(server: str) -> None:
    from load_test import load, questions_of_the_plan

    questions = questions_of_the_plan(server_index())
    with ThreadPoolExecutor(1) as pool:  # Playwright's own loop runs in this thread
        found = pool.submit(lambda: asyncio.run(load(server, USERS, 3, questions, None))).result()
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    (ARTEFACTS / "load.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    assert found["questions"] == 3 * USERS
    assert found["visible_p50_ms"] < LIMIT_MS, found
