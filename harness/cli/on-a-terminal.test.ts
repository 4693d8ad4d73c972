/**
 * What a terminal shows and what a pipe gets: from a process of its own on a pseudo-terminal made by `script`. Output is
 * interpreted as a terminal does: by the content of each line when the next one begins.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const OUTPUT = new URL("output.ts", import.meta.url).href;
const RUN_LINE = new URL("../console/run-line.ts", import.meta.url).href;
const STREAMS = new URL("standard-streams.ts", import.meta.url).href;
const MODEL = new URL("../model/program/failure.ts", import.meta.url).href;
const HAS_TERMINALS = spawnSync("script", ["--version"]).status === 0;

const NOTE = "a note that takes many words to say what it says, and so does not fit in a single line of a terminal";
/** A drill's progress and result in short, and an error. */
const PLAY = `
import { openView, paint, printFailure, widthOf } from ${JSON.stringify(OUTPUT)};
import { runLine } from ${JSON.stringify(RUN_LINE)};
import { print } from ${JSON.stringify(STREAMS)};
import { DrillFailure } from ${JSON.stringify(MODEL)};
const view = openView();
const live = { atMs: 14000, phase: "after", acknowledgedPerSecond: 50, acknowledged: 900, servedBy: "a", silentMs: 0 };
view.say("images are there");
view.step("network");
view.step("network", { step: "network", tookMs: 1500 });
view.event({ type: "phase", phase: "baseline", atMs: 12345 });
view.event({ type: "fault", fault: 0, kind: "region-loss", state: "injected", atMs: 13000, detail: {} });
view.event({ type: "note", text: ${JSON.stringify(NOTE)}, atMs: 13500 });
view.live(live);
view.live({ ...live, atMs: 20000, silentMs: 2300 });
view.event({ type: "phase", phase: "quiesce", atMs: 21000 });
view.close();
const figures = { lost: { count: 251 }, downtime: { seconds: 29.2, censored: true } };
const verdict = { verdict: "holds", scenario: "region-loss-after-partition", config: "retry-conditional", measures: figures };
print(runLine(verdict, "2026-11-24T23-06-42Z-bdfc", paint, widthOf(process.stdout)) + "\\n");
printFailure(new DrillFailure({ what: "no engine", why: ${JSON.stringify(NOTE)}, todo: "install one" }));
`;

let folder: string;
let play: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-terminal-"));
  play = join(folder, "play.mjs");
  writeFileSync(play, PLAY);
});
afterAll(() => rmSync(folder, { recursive: true }));

function environment(set: Record<string, string>) {
  const { CI, NO_COLOR, FORCE_COLOR, NODE_DISABLE_COLORS, COLORTERM, ...rest } = process.env;
  return { ...rest, TERM: "xterm-256color", ...set };
}

/** Standard output and standard error together, in order of arrival. */
function onTerminal(columns: number, set: Record<string, string> = {}, elsewhere = ""): string {
  const command = `stty cols ${columns}; exec '${process.execPath}' '${play}' ${elsewhere}`;
  const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], { encoding: "utf8", env: environment(set) });
  return stdout;
}

function inPipes(set: Record<string, string> = {}): { out: string; err: string } {
  const { stdout, stderr } = spawnSync(process.execPath, [play], { encoding: "utf8", env: environment(set) });
  return { out: stdout, err: stderr };
}

const ESC = "\x1b";
const CLEAR = `\r${ESC}[2K`;
/** Every state of every line, in the order drawn. */
const drawn = (raw: string) => raw.split("\r\n").flatMap((line) => line.split(CLEAR));
const codes = (text: string) => text.split(ESC).length - 1;
const colours = (raw: string) => codes(raw.replaceAll(CLEAR, ""));

describe.skipIf(!HAS_TERMINALS)("a terminal", () => {
  test("gets colour, and one line that is redrawn", () => {
    const raw = onTerminal(80);
    expect(raw).toContain(
      `${CLEAR}${ESC}[31m  20.0 s after: NO WRITE FOR 2.3 s, 900 acknowledged by A${ESC}[39m${CLEAR}`,
    );
    expect(raw).toContain(`${ESC}[33m  13.0 s fault region-loss: injected${ESC}[39m\r\n`);
    expect(raw).toContain(`${ESC}[32mHOLDS`);
  });

  test.each([200, 80, 60, 40, 24])("of %i columns has no wider line, and no colour left open", (columns) => {
    const raw = onTerminal(columns);
    // The result is formatted for 80 columns. A narrower terminal wraps it itself, like anything that is drawn only once.
    const [progress = "", ...rest] = raw.split(`${ESC}[32mHOLDS`);
    expect(rest).toHaveLength(1);
    for (const piece of drawn(columns < 80 ? progress : raw)) {
      expect(stripVTControlCharacters(piece).length).toBeLessThanOrEqual(columns);
      expect([0, 2]).toContain(codes(piece));
    }
    expect(stripVTControlCharacters(raw).replaceAll(/\s+/g, " ")).toContain(`13.5 s ${NOTE} `);
  });

  test("keeps its colours if the result goes elsewhere", () => {
    expect(onTerminal(80, {}, "> /dev/null")).toContain(`${ESC}[33m  13.0 s fault`);
  });

  test("that wants no colour gets none, but the redrawn line", () => {
    for (const set of [{ NO_COLOR: "1" }, { FORCE_COLOR: "0" }]) {
      const raw = onTerminal(80, set);
      expect(colours(raw)).toBe(0);
      expect(raw).toContain(`${CLEAR}  20.0 s after: NO WRITE`);
    }
  });

  test("with an empty NO_COLOR gets colour", () => {
    expect(colours(onTerminal(80, { NO_COLOR: "" }))).toBeGreaterThan(0);
  });

  test("in CI gets plain lines", () => {
    const raw = onTerminal(80, { CI: "true" });
    expect(raw).not.toContain(CLEAR);
    expect(raw).toContain("  12.3  baseline\r\n");
  });

  test("of type dumb gets no control codes", () => {
    const raw = onTerminal(80, { TERM: "dumb" });
    expect(raw).not.toContain(ESC);
    expect(raw).toContain("  12.3  baseline\r\n");
  });
});

describe("a pipe", () => {
  test("gets plain lines, each whole", () => {
    const { out, err } = inPipes();
    for (const code of ["\r", ESC]) expect(out + err).not.toContain(code);
    expect(err.split("\n")).toEqual([
      "        images are there",
      "        network: 1.5 s",
      "  12.3  baseline",
      "  13.0  fault region-loss: injected",
      `  13.5  ${NOTE}`,
      "  14.0  after: 50/s, 900 acknowledged by A",
      "  20.0  after: NO WRITE FOR 2.3 s, 900 acknowledged by A",
      "  21.0  quiesce",
      "error: no engine",
      `  why: ${NOTE}`,
      "   do: install one",
      "",
    ]);
    expect(out.split("\n")).toHaveLength(2);
  });

  test("gets colour if forced", () => {
    const { out, err } = inPipes({ FORCE_COLOR: "1" });
    expect(out).toContain(`${ESC}[32mHOLDS`);
    expect(err).not.toContain(CLEAR);
  });
});
