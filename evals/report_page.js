(() => {
"use strict";
const read = id => JSON.parse(document.getElementById(id).textContent);
const { items, labels } = read("data");
const $ = id => document.getElementById(id);
const el = (tag, text, cls) => { const e = document.createElement(tag); if (text !== undefined) e.textContent = text; if (cls) e.className = cls; return e; };
const locale = { decimal: ",", thousands: ".", grouping: [3], currency: ["Rp", ""] };
const drawn = read("specs").map((spec, i) => vegaEmbed("#plot" + i, spec, { actions: false, renderer: "svg", formatLocale: locale })
  .catch(error => { $("plot" + i).textContent = String(error); }));

const KEYS = ["miss", "type", "persona", "part", "dataset"];
for (const key of KEYS) {
  $("f-" + key).append(new Option("semua", ""), ...[...new Set(items.map(r => r[key]))].filter(Boolean).sort()
    .map(v => new Option(key === "miss" ? labels[v] : v, v)));
}
const number = (v, digits) => v.toLocaleString("id-ID", { maximumFractionDigits: digits ?? 0 });
const percent = v => v === null || v === undefined ? "–" : number(100 * v) + "%";

function section(box, title, content, cls) {
  const parts = [].concat(content).filter(x => x !== "" && x !== null && x !== undefined);
  if (!parts.length) return;
  const s = el("section", undefined, cls);
  s.append(el("h4", title), ...parts.map(x => typeof x === "string" ? el("pre", x) : x));
  box.append(s);
}
function answer(r) {
  const div = el("div", undefined, "answer");
  div.innerHTML = r.got_html; // rendered with raw HTML switched off
  return div;
}
function fill(details, r) {
  const box = el("div", undefined, "body");
  section(box, "Riwayat", r.history.join("\n"), "wide");
  section(box, "Seharusnya", [r.wanted || (r.abstain ? "menolak: tidak ada di dokumen" : ""),
    r.must.length ? el("p", "Harus memuat: " + r.must.map(g => g.slice(0, 4).join(" / ") + (g.length > 4 ? " / …" : "")).join("; "), "dim") : "",
    r.must_not.length ? el("p", "Tidak boleh memuat: " + r.must_not.join("; "), "dim") : ""]);
  section(box, "Jawaban" + (r.status ? ` (${r.status}, ${r.mode})` : ""), answer(r));
  section(box, "Sebab", r.miss_detail, "wide");
  section(box, "Bukti dalam dokumen", r.context.map(c => el("div", `${c.line}: ${c.text}`, "piece" + (c.evidence ? " evidence" : ""))));
  section(box, "Yang dikutip", r.cited.map(c => el("div", `[${c.n}] baris ${c.lines.join("–")}${c.valid ? "" : " (tidak sah)"}${c.hits ? " ✓ bukti" : ""}: ${c.quote}`,
    "piece" + (c.hits ? " evidence" : "") + (c.valid ? "" : " bad"))));
  section(box, "Dipahami sebagai", r.understood);
  section(box, "Terambil", r.retrieved.map((x, i) => `${i + 1}. ${x[1]}–${x[2]}`).join("   "));
  section(box, "Baris tabel", r.rows.join("\n"));
  section(box, "Pelanggaran", r.violations.join("\n"));
  section(box, "Hampir sama dengan pertanyaan yang diindeks", r.near_duplicate);
  section(box, "Juri", r.grade_reason && `${percent(r.grade)}: ${r.grade_reason}`);
  section(box, "Ukuran", `cakupan ${percent(r.coverage)} · bukti dikutip ${percent(r.evidence_cited)} · kutipan sah ${r.citations_valid}/${r.citations} · recall@10 ${percent(r.recall_10)} · uji bukti ${percent(r.evidence_score)} · ${r.latency_ms === null ? "–" : number(r.latency_ms)} ms`, "wide");
  details.append(box);
}
function row(r) {
  const details = el("details", undefined, "q"), head = el("summary");
  details.dataset.id = r.id;
  head.append(el("span", r.correct ? "benar" : "salah", "tag " + (r.correct ? "right" : "wrong")), el("span", r.id, "dim"), el("span", r.type, "dim"),
    el("span", r.question), el("span", r.miss ? labels[r.miss] : "", r.miss ? "tag why" : ""));
  details.append(head);
  details.addEventListener("toggle", () => { if (details.open && details.children.length === 1) fill(details, r); });
  return details;
}
let found = items;
function show() {
  const text = $("f-text").value.toLowerCase(), result = $("f-result").value;
  const wanted = KEYS.map(k => [k, $("f-" + k).value]).filter(([, v]) => v);
  found = items.filter(r => wanted.every(([k, v]) => r[k] === v) && (!result || (result === "right") === r.correct)
    && (!text || [r.id, r.question, r.wanted, r.got].join("\n").toLowerCase().includes(text)));
  $("count").textContent = `${found.length} dari ${items.length} pertanyaan`;
  $("list").replaceChildren(...found.map(row));
}
function reset() { document.querySelector(".filters").reset(); show(); }
const filters = document.querySelector(".filters");
filters.addEventListener("input", show);
filters.addEventListener("submit", e => e.preventDefault());
$("f-reset").addEventListener("click", reset);
for (const button of document.querySelectorAll("[data-key]")) button.addEventListener("click", () => {
  reset(); $("f-" + button.dataset.key).value = button.dataset.value; show(); $("browse").scrollIntoView();
});

const COLUMNS = ["id", "dataset", "type", "persona", "part", "question", "wanted", "got", "correct", "miss", "miss_detail"];
const cell = v => { const t = String(v); return `"${(/^[=+\-@\t\r]/.test(t) ? "'" + t : t).replaceAll('"', '""')}"`; }; // a sheet must not run a cell
$("f-csv").addEventListener("click", () => {
  const csv = "\ufeff" + [COLUMNS, ...found.map(r => COLUMNS.map(c => r[c]))].map(r => r.map(cell).join(",")).join("\r\n");
  const a = el("a"); a.href = URL.createObjectURL(new Blob([csv], { type: "text/csv" })); a.download = "pertanyaan.csv"; a.click();
});
show();
function open() { // report.html#q=OWN-1 opens that question
  const id = decodeURIComponent(location.hash.slice(3)), there = location.hash.startsWith("#q=") && document.querySelector(`[data-id="${CSS.escape(id)}"]`);
  if (there) { there.open = true; there.scrollIntoView(); }
}
addEventListener("hashchange", open);
Promise.all(drawn).then(open); // the plots move what stands below them
})();
