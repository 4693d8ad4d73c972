/** Progress goes to stderr, the result to stdout. */
import { styleText } from "node:util";
import { plainView } from "../console/plain.ts";
import { terminalView } from "../console/terminal.ts";
import type { Paint } from "../console/verdict-text.ts";
import { DrillFailure } from "../model/failure.ts";
import type { View } from "../model/view.ts";

export function openView(): View & { close: () => void } {
  const { stderr } = process;
  if (stderr.isTTY && !process.env.CI) {
    return terminalView({ write: (text) => stderr.write(text), columns: () => stderr.columns ?? 80 });
  }
  return { ...plainView((text) => stderr.write(text)), close: () => {} };
}

/** `styleText` itself leaves colour out where the stream or NO_COLOR asks for that. */
export const paint: Paint = (word, text) =>
  styleText(word === "holds" ? "green" : word === "broken" ? "red" : "yellow", text, { stream: process.stdout });

export function printFailure(error: unknown): void {
  if (error instanceof DrillFailure) {
    const { what, why, todo } = error.text;
    process.stderr.write(`error: ${what}\n  why: ${why}\n   do: ${todo}\n`);
    return;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `error: something of fhirdrill itself failed\n  why: ${text}\n   do: run it again; if it stays, report it with these lines\n`,
  );
}
