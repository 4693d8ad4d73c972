import { visibleLine } from "./visible.ts";

/** For 80 columns. */
const WIDTH = 78;

/**
 * Wraps text: the first line follows `head`, the others are indented to its end. `head` may contain colour codes, so its
 * visible width is a parameter. A word that does not fit stays whole, so that it can be copied.
 */
export function wrap(head: string, headWidth: number, text: string, width = WIDTH): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of visibleLine(text).split(" ")) {
    if (line !== "" && headWidth + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((content, index) => (index === 0 ? head : " ".repeat(headWidth)) + content);
}
