import { visibleLine } from "./visible.ts";

/** Wraps text to 80 columns, or to another width: the first line follows a head, the others are indented to its end. */
const WIDTH = 78;

/** `head` may contain colour codes, so its visible width is given. A word that does not fit stays whole, to be copied. */
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
