/** Plots cost by size, both axes logarithmic, as an SVG of plain lines and text; a dashed line shows linear growth. */
export interface Series {
  name: string;
  colour: string;
  points: { x: number; y: number }[];
  dash?: string;
}

const [WIDTH, HEIGHT] = [760, 480];
const FRAME = { left: 80, right: 740, top: 50, bottom: 420 };
const DASH = `stroke-dasharray="6 5"`;
const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export function logLogPlot(title: string, xLabel: string, yLabel: string, series: readonly Series[]): string {
  const points = series.flatMap((each) => each.points);
  const x = axis(
    points.map((point) => point.x),
    FRAME.left,
    FRAME.right,
  );
  const y = axis(
    points.map((point) => point.y),
    FRAME.bottom,
    FRAME.top,
  );
  const [middleX, middleY] = [(FRAME.left + FRAME.right) / 2, (FRAME.top + FRAME.bottom) / 2];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(middleX, 26, title, `text-anchor="middle" font-size="16"`),
    ...x.powers.map((p) => line(x.at(10 ** p), FRAME.top, x.at(10 ** p), FRAME.bottom, "#ddd")),
    ...x.powers.map((p) => text(x.at(10 ** p), FRAME.bottom + 20, power(p), `text-anchor="middle"`)),
    ...y.powers.map((p) => line(FRAME.left, y.at(10 ** p), FRAME.right, y.at(10 ** p), "#ddd")),
    ...y.powers.map((p) => text(FRAME.left - 8, y.at(10 ** p) + 4, power(p), `text-anchor="end"`)),
    text(middleX, HEIGHT - 14, xLabel, `text-anchor="middle"`),
    text(20, middleY, yLabel, `text-anchor="middle" transform="rotate(-90 20 ${middleY})"`),
    slopeOne(x, y),
    ...series.map(({ colour, points }) => {
      const path = points.map((p) => `${round(x.at(p.x))},${round(y.at(p.y))}`);
      const dots = path.map(
        (at) => `<circle cx="${at.split(",")[0]}" cy="${at.split(",")[1]}" r="3.5" fill="${colour}"/>`,
      );
      return [`<polyline points="${path.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`, ...dots].join(
        "\n",
      );
    }),
    ...[...series, { name: "slope 1: linear in the size", colour: "#888", dash: DASH }].flatMap((each, i) => [
      line(
        FRAME.left + 14,
        FRAME.top + 18 + 20 * i,
        FRAME.left + 38,
        FRAME.top + 18 + 20 * i,
        each.colour,
        2,
        each.dash,
      ),
      text(FRAME.left + 46, FRAME.top + 22 + 20 * i, each.name),
    ]),
    "</svg>\n",
  ].join("\n");
}

interface Axis {
  from: number;
  to: number;
  /** The powers of ten at which the axis is marked. */
  powers: number[];
  at: (value: number) => number;
}

function axis(values: readonly number[], begin: number, end: number): Axis {
  const [from, to] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  const powers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return { from, to, powers, at: (value) => begin + ((Math.log10(value) - from) / (to - from)) * (end - begin) };
}

/** From the lower right corner towards the upper left, as far as the frame goes. */
function slopeOne(x: Axis, y: Axis): string {
  const decades = Math.min(x.to - x.from, y.to - y.from);
  const [right, top] = [10 ** x.to, 10 ** y.to];
  return line(x.at(right / 10 ** decades), y.at(top / 10 ** decades), x.at(right), y.at(top), "#888", 2, DASH);
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string, width = 1, more = ""): string {
  const at = `x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"`;
  return `<line ${at} stroke="${colour}" stroke-width="${width}" ${more}/>`;
}

const text = (x: number, y: number, said: string, more = "") =>
  `<text x="${round(x)}" y="${round(y)}" ${more}>${said}</text>`;
const round = (value: number) => Math.round(value * 10) / 10;
const power = (p: number) =>
  `10${p < 0 ? "⁻" : ""}${[...String(Math.abs(p))].map((digit) => POWERS[Number(digit)]).join("")}`;
