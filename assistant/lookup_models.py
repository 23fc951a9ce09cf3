"""What goes into and comes out of the structured lookup."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from assistant.models import Derived, Operation
from ingest.models import Discrepancy, Figure


class LookupRequest(BaseModel):
    """What to look up. Only `indicator` (or a code) is needed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicator: str = Field(description="kata-kata untuk indikator, output, kegiatan, risiko atau kodenya")
    measure: str | None = Field(default=None, description="target, alokasi, realisasi, baseline, bobot, nilai, ...; kosong: yang utama")
    years: tuple[int, ...] = Field(default=(), description="tahun yang ditanyakan; kosong: semua tahun")
    unit: str | None = Field(default=None, description="satuan, mis. orang, persen")
    org_unit: str | None = Field(default=None, description="unit organisasi pelaksana")
    activity_code: str | None = Field(default=None, description="kode kegiatan, mis. 7799")
    table: str | None = Field(default=None, description="tabel atau lampiran, mis. Lampiran 1")
    level: str | None = Field(default=None, description="Sasaran Kegiatan, Indikator Kinerja Kegiatan, Rincian Output, IKRO, ...")
    operation: Operation | None = None

    @property
    def words(self) -> str:
        """The request as one question."""
        years = " ".join(map(str, self.years))
        return " ".join(filter(None, [self.indicator, self.measure, self.org_unit, self.activity_code, self.table, years]))


class LookupResult(BaseModel):
    """`rows` are row ids, best first; `figures` are what was asked for, `context` the rest of the same rows."""

    model_config = ConfigDict(frozen=True)

    status: str
    rows: tuple[str, ...] = ()
    measure: str = ""
    figures: tuple[Figure, ...] = ()
    context: tuple[Figure, ...] = ()
    derived: tuple[Derived, ...] = ()
    options: tuple[str, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()
    message: str = ""
