/**
 * Progress goes to stderr, the result to stdout (`standard-streams.ts`). Colour is decided for each stream, and follows
 * NO_COLOR (https://no-color.org) and FORCE_COLOR as Node interprets them. FORCE_COLOR=0 means no colour.
 */
import { styleText } from "node:util";
import { plainView } from "../console/plain.ts";
import { terminalView } from "../console/terminal.ts";
import type { Paint } from "../console/verdict-text.ts";
import { sealed } from "../console/visible.ts";
import { wrap } from "../console/wrap.ts";
import type { View } from "../model/console/view.ts";
import { DrillFailure } from "../model/program/failure.ts";
import { tell } from "./standard-streams.ts";

export function openView(): View & { close: () => void } {
  const { stderr } = process;
  if (stderr.isTTY && !process.env.CI && process.env.TERM !== "dumb") {
    return terminalView({
      write: tell,
      columns: () => columnsOf(stderr),
      paint: (style, text) => (style === "none" ? text : painted(style, text, stderr)),
    });
  }
  return { ...plainView(tell), close: () => {} };
}

export const paint: Paint = (word, text) =>
  painted(word === "holds" ? "green" : word === "broken" ? "red" : "yellow", text, process.stdout);

function painted(style: "dim" | "green" | "red" | "yellow", text: string, stream: NodeJS.WriteStream): string {
  const CONTENT = "x";
  const [begin = "", end = ""] = styleText(style, CONTENT, { stream }).split(CONTENT);
  return `${begin && sealed(begin)}${text}${end && sealed(end)}`;
}

/** The width at which lines wrap: a terminal's; infinite elsewhere, so that lines can be searched. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return stream.isTTY ? columnsOf(stream) - 1 : Number.POSITIVE_INFINITY;
}

/** A terminal of unknown size reports 0. */
function columnsOf(stream: NodeJS.WriteStream): number {
  return stream.columns || 80;
}

export function printFailure(error: unknown): void {
  const line = (head: string, text: string) =>
    tell(`${wrap(head, head.length, text, widthOf(process.stderr)).join("\n")}\n`);
  if (error instanceof DrillFailure) {
    const { what, why, todo } = error.text;
    line("error: ", what);
    line("  why: ", why);
    line("   do: ", todo);
    return;
  }
  line("error: ", "internal error in fhirdrill");
  // A stack is not wrapped: it has its own lines.
  tell(`  why: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  line("   do: ", "run the command again; if the error returns, report it with these lines");
}
