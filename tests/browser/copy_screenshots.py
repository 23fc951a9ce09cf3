"""Copies the screenshots that the README shows from the artefacts of the last browser test run to docs/screenshots/."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHOSEN = (
    "tanya-jawaban",
    "tanya-angka",
    "tanya-sumber",
    "angka-tabel",
    "angka-banding",
    "angka-anggaran",
    "angka-tidak-cocok",
    "dokumen-tabel",
    "evaluasi",
    "tentang",
    "telepon-tanya",
    "gelap-tanya",
)


def main() -> int:
    target = ROOT / "docs" / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    missing = []
    for name in CHOSEN:
        source = ROOT / "tests" / "artefacts" / f"{name}.png"
        if source.exists():
            shutil.copyfile(source, target / source.name)
        else:
            missing.append(name)
    if missing:
        print(f"missing (run the browser tests first): {', '.join(missing)}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
