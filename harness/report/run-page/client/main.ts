/** The interactive page: every control changes the visible range and the cursor in all charts at once. */
import type { Lane, Timeline } from "../page-data.ts";
import { describe } from "./describe.ts";
import { type Drawn, draw, LEFT, RIGHT } from "./draw.ts";
import { PICTURES } from "./pictures.ts";
import { fillTable } from "./tables.ts";
import { around, type Bins, binsOf, moved, type Summary, summaries, visible, zoomed } from "./view.ts";

/** Wide enough to be seen and hit with a pointer. */
const PIXELS_A_PIECE = 2;
/** The width of an A4 page between its margins. */
const PAPER_PIXELS = 690;

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const timeline = JSON.parse(byId("timeline-data").textContent) as Timeline;
const whole: Bins = { from: 0, to: binsOf(timeline) };
const slider = byId<HTMLInputElement>("cursor");
const lanes = byId("lanes");
let shown = whole;
let pieces: Summary[] = [];
/** The cursor: initially at the disaster or the first act, then where the user put it. */
let cursorMs = timeline.disasterMs ?? timeline.acts[0] ?? timeline.fromMs;

const drawn: Drawn[] = PICTURES.map((picture, index) =>
  draw(byId(`plot-${picture.name}`), picture, timeline, {
    isLast: index === PICTURES.length - 1,
    onSelect: (fromMs, toMs) => {
      const [from, to] = [fromMs, toMs].map((ms) => (ms - timeline.fromMs) / timeline.binMs) as [number, number];
      show(zoomed({ from: Math.floor(from), to: Math.ceil(to) }, 1, (from + to) / 2, whole.to));
    },
    onReset: () => show(whole),
  }),
);
const first = drawn[0] as Drawn;
// Not uPlot's own hook: that also fires when the range scrolls under a resting cursor.
for (const { plot } of drawn) plot.over.addEventListener("mousemove", () => putCursor(plot.cursor.idx ?? 0));

function show(bins: Bins): void {
  shown = bins;
  pieces = summaries(timeline.columns, shown, Math.floor((first.plot.width - LEFT - RIGHT) / PIXELS_A_PIECE));
  for (const { show } of drawn) show(pieces);
  showLanes();
  for (const details of document.querySelectorAll<HTMLDetailsElement>("details[data-picture][open]")) table(details);
  const isWhole = shown.from === whole.from && shown.to === whole.to;
  for (const id of ["zoom-out", "whole"]) byId<HTMLButtonElement>(id).disabled = isWhole;
  slider.max = String(pieces.length - 1);
  showReadout();
}

const msOf = (bin: number) => timeline.fromMs + bin * timeline.binMs;
const shareOf = (ms: number) => (ms - msOf(shown.from)) / (msOf(shown.to) - msOf(shown.from));
const percent = (share: number) => `${share * 100}%`;

function putCursor(index: number): void {
  const piece = pieces[Math.min(index, pieces.length - 1)];
  if (piece) cursorMs = msOf((piece.from + piece.to) / 2);
  showReadout();
}

/** Describes the piece at the cursor, and draws the cursor line in all charts. */
function showReadout(): void {
  const found = pieces.findIndex(({ to }) => msOf(to) > cursorMs);
  const index = found < 0 ? pieces.length - 1 : found;
  const piece = pieces[index] as Summary;
  const text = describe(timeline, piece);
  byId("readout").textContent = text;
  slider.value = String(index);
  slider.setAttribute("aria-valuetext", text);
  const share = shareOf(msOf((piece.from + piece.to) / 2));
  lanes.style.setProperty("--at", String(share));
  for (const { plot } of drawn) plot.setCursor({ left: share * plot.over.clientWidth, top: 0 }, false);
}

function showLanes(): void {
  const tracks = lanes.querySelectorAll<HTMLElement>(".track");
  timeline.lanes.forEach(({ kind, bars, ticksMs }, index) => {
    const seen = kind === "down" ? outagesSeen() : bars;
    const parts = seen.map(({ fromMs, toMs, name, certain }) => {
      const bar = document.createElement("span");
      bar.className = certain ? `bar ${kind}` : `bar ${kind} uncertain`;
      if (kind === "phases") bar.textContent = name;
      const [from, to] = [Math.max(0, shareOf(fromMs)), Math.min(1, shareOf(toMs))];
      bar.hidden = to < 0 || from > 1;
      bar.style.left = percent(from);
      bar.style.width = percent(Math.max(0, to - from));
      return bar;
    });
    const ticks = ticksMs.map((ms) => {
      const tick = document.createElement("span");
      tick.className = "tick";
      tick.hidden = shareOf(ms) < 0 || shareOf(ms) > 1;
      tick.style.left = percent(shareOf(ms));
      return tick;
    });
    tracks[index]?.replaceChildren(...parts, ...ticks);
  });
}

/** Merged: thousands of outages would be thousands of elements, most of them at the same place. */
function outagesSeen(): Lane["bars"] {
  const [fromMs, toMs] = [msOf(shown.from), msOf(shown.to)];
  const apartMs = (toMs - fromMs) / lanes.clientWidth;
  return visible(timeline.down, { fromMs, toMs }, apartMs).map((span) => ({ ...span, name: "", certain: true }));
}

function table(details: HTMLDetailsElement): void {
  const picture = PICTURES.find(({ name }) => name === details.dataset.picture);
  const place = details.querySelector<HTMLElement>(".table");
  if (picture && place) fillTable(place, picture, timeline, shown);
}

/** Zooms around the cursor if it is visible, else around the middle. */
const about = () => {
  const bin = (cursorMs - timeline.fromMs) / timeline.binMs;
  return bin >= shown.from && bin <= shown.to ? bin : (shown.from + shown.to) / 2;
};
const controls: Record<string, () => Bins> = {
  "zoom-in": () => zoomed(shown, 1 / 2, about(), whole.to),
  "zoom-out": () => zoomed(shown, 2, about(), whole.to),
  earlier: () => moved(shown, -1 / 2, whole.to),
  later: () => moved(shown, 1 / 2, whole.to),
  whole: () => whole,
};
const keys: Record<string, string> = { "+": "zoom-in", "=": "zoom-in", "-": "zoom-out", "0": "whole", Escape: "whole" };

for (const [id, range] of Object.entries(controls)) byId(id).addEventListener("click", () => show(range()));
slider.addEventListener("input", () => putCursor(Number(slider.value)));
slider.addEventListener("keydown", (event) => {
  const shifted = event.shiftKey ? { ArrowLeft: "earlier", ArrowRight: "later" }[event.key] : undefined;
  const range = controls[shifted ?? keys[event.key] ?? ""];
  if (range === undefined) return;
  event.preventDefault();
  show(range());
});

const places = byId<HTMLSelectElement>("place");
places.addEventListener("change", () => {
  const { bars = [], kind } = timeline.lanes[Number(places.value)] ?? {};
  const longest = timeline.down.toSorted((x, y) => y.toMs - y.fromMs - (x.toMs - x.fromMs))[0];
  const [from, to] = kind === "down" ? [longest, longest] : [bars[0], bars.at(-1)];
  if (!from || !to) return;
  cursorMs = from.fromMs;
  show(around(timeline, from.fromMs, to.toMs));
});

for (const details of document.querySelectorAll<HTMLDetailsElement>("details[data-picture]"))
  details.addEventListener("toggle", () => details.open && table(details));

const filter = document.getElementById("filter") as HTMLInputElement | null;
filter?.addEventListener("input", () => {
  const wanted = filter.value.trim().toLowerCase();
  let count = 0;
  for (const row of document.querySelectorAll<HTMLElement>("#stories tbody tr")) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
    if (!row.hidden) count += 1;
  }
  byId("filtered").textContent = wanted === "" ? "" : `${count} shown`;
});

/** Fits the charts to the width of the window or of paper. */
function fitTo(width?: number): void {
  drawn.forEach(({ plot }) => {
    const place = plot.root.parentElement as HTMLElement;
    plot.setSize({ width: width ?? place.clientWidth, height: plot.height });
  });
  show(shown);
}
let width = lanes.clientWidth;
new ResizeObserver(() => {
  const { clientWidth } = lanes;
  if (clientWidth !== width && !document.documentElement.classList.contains("paper")) fitTo();
  width = clientWidth;
}).observe(lanes);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => fitTo());
addEventListener("beforeprint", () => {
  document.documentElement.classList.add("paper");
  fitTo(PAPER_PIXELS);
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("paper");
  fitTo();
});

show(whole);
requestAnimationFrame(() => performance.mark("drawn"));
