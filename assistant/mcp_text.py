"""A tool's result as a person reads it; the same facts as its structured content, citations included. Pure."""

from __future__ import annotations

from typing import Any

QUOTE = 1600
"""Characters of a quote in the text; the structured content holds all of it."""


def readable(result: dict[str, Any]) -> str:
    """Indonesian Markdown of any of the four tools' results."""
    blocks = [
        result.get("message", ""),
        "\n".join(f"- {option}" for option in result.get("options", ())),
        heading(result),
        "\n".join(figure_line(figure) for figure in result.get("figures", ())),
        "\n".join(derived["formula"] for derived in result.get("derived", ())),
        differences(result),
        "\n".join(citation_line(item) for item in result.get("citations", ())),
        f"Lanjutannya: start={result['next']}." if "next" in result else "",
    ]
    return "\n\n".join(block for block in blocks if block) or "Tidak ada yang cocok."


def heading(result: dict[str, Any]) -> str:
    parts = [f"**{name}**" for key in ("section", "table") if (name := result.get(key))]
    parts += [f"Bagian di dalamnya: {'; '.join(result['children'])}."] if result.get("children") else []
    return "\n".join([*parts, *result.get("notes", ())])


def figure_line(figure: dict[str, Any]) -> str:
    year = f" tahun {figure['year']}" if figure["year"] else ""
    of = f" – {figure['org_unit']}" if figure["org_unit"] else ""
    return f"{str(figure['measure']).capitalize()} {figure['indicator']}{of}{year}: **{figure['shown']}** [{figure['citation']}]"


def differences(result: dict[str, Any]) -> str:
    """Notes beside a figure are sentences; of the listing each also has its places."""
    found = result.get("discrepancies", ())
    if "count" not in result:
        return "\n".join(f"Perhatian: {message}" for message in found)
    lines = [f"{result['count']} ketidakcocokan; yang paling berat lebih dulu."]
    return "\n".join([*lines, *(f"{n}. {d['message']}" for n, d in enumerate(found, 1))])


def citation_line(item: dict[str, Any]) -> str:
    first, last = item["lines"]
    place = f"baris {first}" if first == last else f"baris {first}-{last}"
    page = f", halaman {item['page']}" if item.get("page") else ""
    where = " · ".join(dict.fromkeys(part for part in (item["section"], item["table"], item["row"]) if part))
    quote = " ".join(str(item["quote"]).split())
    return f"[{item['n']}] {where} ({place}{page}): “{quote[:QUOTE]}{'…' if len(quote) > QUOTE else ''}”"
