/**
 * Charts by uPlot, one canvas each, all on one time axis. uPlot is small (50 KB), maintained, fast with 100,000 points, and has
 * drag to zoom and a cursor shared by all charts. The table behind each chart serves screen readers, for which a canvas is
 * opaque.
 */
import type Plot from "uplot";
import type { Timeline } from "../page-data.ts";
import type { Picture, Series } from "./pictures.ts";
import { msAt, type Summary, visible } from "./view.ts";

declare const uPlot: typeof Plot;

/** The width of the left axis and of the right margin: the same in all charts, so that times are aligned. */
export const [LEFT, RIGHT] = [52, 8];
const AXIS = 28;

/** A colour of the page in its current mode: light, dark or print. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}

export interface Drawn {
  plot: Plot;
  show: (pieces: readonly Summary[]) => void;
}

export function draw(
  place: HTMLElement,
  picture: Picture,
  timeline: Timeline,
  {
    isLast,
    onSelect,
    onReset,
  }: { isLast: boolean; onSelect: (fromMs: number, toMs: number) => void; onReset: () => void },
): Drawn {
  const axis = { stroke: () => colour("--ink-2"), font: "11px system-ui, sans-serif" };
  const grid = { stroke: () => colour("--line"), width: 1 };
  const reset = () => {
    onReset();
    return null;
  };
  let range: [number, number] = [timeline.fromMs / 1000, timeline.toMs / 1000];
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height: picture.height + (isLast ? AXIS : 0),
      padding: [6, RIGHT, isLast ? 0 : 4, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: () => range },
        y: { distr: picture.scale === "logarithmic" ? 3 : 1, range: (_, least, most) => rangeOf(picture, least, most) },
      },
      axes: [
        {
          ...axis,
          size: isLast ? AXIS : 0,
          grid,
          ticks: { ...grid, show: isLast },
          values: (_, splits) => splits.map((s) => (isLast ? `${s} s` : "")),
        },
        { ...axis, size: LEFT, grid, ticks: { show: false }, gap: 4, ...sideAxis(picture) },
      ],
      series: [
        {},
        ...picture.series.flatMap((series): Plot.Series[] => [
          {
            ...{ width: 1.25, points: { show: false }, dash: series.form === "dashes" ? [4, 3] : [] },
            stroke: () => colour(series.colour),
            // An opaque area would hide the shading behind it.
            fill: () => `${colour(series.colour)}${series.form === "area" ? "50" : ""}`,
            paths: (plot, index, from, to) => pathsOf(plot, series, index, from, to),
          },
          // The lower end of a range: data for the path above, draws nothing itself.
          { show: false },
        ]),
      ],
      cursor: {
        ...{ y: false, points: { show: false }, drag: { x: true, setScale: false, dist: 4 } },
        sync: { key: "drill", filters: { pub: (type) => type === "mousemove" } },
        bind: { dblclick: () => reset },
      },
      hooks: {
        drawAxes: [(plot) => shade(plot, timeline)],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 4) return;
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            onSelect(plot.posToVal(left, "x") * 1000, plot.posToVal(left + width, "x") * 1000);
          },
        ],
      },
    },
    [[], ...picture.series.flatMap(() => [[], []])],
    place,
  );
  const show = (pieces: readonly Summary[]) => {
    const edges = [...pieces.map(({ from }) => from), pieces.at(-1)?.to ?? 0].map((bin) => msAt(timeline, bin) / 1000);
    range = [edges[0] as number, edges.at(-1) as number];
    const known = (value: number | null) => (value === 0 && picture.scale === "logarithmic" ? null : value);
    // One more than pieces: where the last ends.
    const column = (figure: Series["figure"] | undefined) =>
      figure === undefined ? [] : [...pieces.map((piece) => known(piece[figure])), null];
    plot.setData([edges, ...picture.series.flatMap(({ figure, low }) => [column(figure), column(low)])]);
  };
  return { plot, show };
}

function rangeOf({ unit, scale, series }: Picture, least: number | null, most: number | null): [number, number] {
  if (unit === "site") return [0, series.length];
  if (scale === "logarithmic") {
    const low = Math.floor(Math.log10(least ?? 1));
    return [10 ** low, 10 ** Math.max(low + 2, Math.ceil(Math.log10((most ?? 1) * 1.2)))];
  }
  return [0, Math.max(1, (most ?? 0) * 1.1)];
}

function sideAxis({ unit, scale, series }: Picture): Plot.Axis {
  if (unit === "site") {
    const middles = series.map((_, row) => row + 0.5);
    return {
      splits: () => middles,
      values: () => series.map(({ label }) => label).toReversed(),
      grid: { show: false },
    };
  }
  // If decades are too close, uPlot leaves some without a value.
  const values = (_: Plot, splits: (number | null)[]) =>
    splits.map((value) => (value === null ? "" : short(value, unit)));
  if (scale === "linear") return { space: 26, values };
  // Lines between the decades would not help the reader here.
  const decades = (_: Plot, __: number, least: number, most: number) =>
    Array.from({ length: Math.round(Math.log10(most / least)) + 1 }, (_, i) => least * 10 ** i);
  return { splits: decades, values };
}

function short(value: number, unit: Picture["unit"]): string {
  const [small, thousand, million] = { ms: ["ms", "s", ""], bytes: ["B", "kB", "MB"], count: ["", "", ""], site: [""] }[
    unit
  ];
  if (unit === "count" || value === 0) return Number.isInteger(value) ? String(value) : "";
  if (unit === "bytes" && value >= 1e6) return `${value / 1e6} ${million}`;
  return value >= 1000 ? `${value / 1000} ${thousand}` : `${value} ${small}`;
}

/** Draws each piece as a step of its own width, and nothing if it is not known. */
function pathsOf(plot: Plot, { form }: Series, index: number, from: number, to: number): Plot.Series.Paths {
  const [xs, ys, lows] = [plot.data[0], plot.data[index], plot.data[index + 1]];
  const [stroke, fill] = [new Path2D(), new Path2D()];
  const pixel = devicePixelRatio;
  const { top, height } = plot.bbox;
  const bottom = top + height;
  const rows = (plot.series.length - 1) / 2;
  let lastY: number | null = null;
  for (let i = from; i <= to && i + 1 < xs.length; i += 1) {
    const value = ys?.[i] as number | null;
    if (value === null) {
      lastY = null;
      continue;
    }
    const [x, end] = [plot.valToPos(xs[i] as number, "x", true), plot.valToPos(xs[i + 1] as number, "x", true)];
    const width = Math.max(pixel, end - x);
    if (form === "row") {
      const row = (index - 1) / 2;
      if (value > 0) fill.rect(x, top + (height * (row + 0.2)) / rows, width, (height * 0.6) / rows);
      continue;
    }
    const y = plot.valToPos(value, "y", true);
    if (form === "bars" || form === "frames") {
      if (value > 0) (form === "bars" ? fill : stroke).rect(x, y, width, bottom - y);
    } else {
      const low = form === "range" ? plot.valToPos(lows?.[i] as number, "y", true) : bottom;
      if (form === "range" || form === "area") fill.rect(x, y, width, low - y);
      if (lastY === null) stroke.moveTo(x, y);
      else stroke.lineTo(x, y);
      stroke.lineTo(x + width, y);
    }
    lastY = y;
  }
  return { stroke, fill: form === "line" || form === "dashes" || form === "frames" ? null : fill };
}

/** Shades outages, at least two pixels wide at any zoom, and marks where faults were injected. */
function shade({ ctx, bbox, valToPos, posToVal }: Plot, { down, lanes }: Timeline): void {
  const { left, top, width, height } = bbox;
  const pixel = devicePixelRatio;
  const shown = { fromMs: posToVal(left, "x", true) * 1000, toMs: posToVal(left + width, "x", true) * 1000 };
  const seen = visible(down, shown, (shown.toMs - shown.fromMs) / (width / pixel));
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  for (const { fromMs, toMs } of seen) {
    const x = valToPos(fromMs / 1000, "x", true);
    const wide = Math.max(2 * pixel, valToPos(toMs / 1000, "x", true) - x);
    ctx.fillStyle = colour("--down-shade");
    ctx.fillRect(x, top, wide, height);
    ctx.fillStyle = colour("--down");
    ctx.fillRect(x, top, wide, 3 * pixel);
  }
  ctx.strokeStyle = colour("--ink-2");
  ctx.lineWidth = pixel;
  ctx.setLineDash([3 * pixel, 3 * pixel]);
  for (const { kind, bars } of lanes) {
    const [bar] = bars;
    if (kind !== "fault" || bar === undefined) continue;
    const x = Math.round(valToPos(bar.fromMs / 1000, "x", true)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
  }
  ctx.restore();
}
