import { visibleLine } from "./visible.ts";

/** Text in lines that fit a terminal of 80 columns, or of another width; the first after a head, the others below where it ended. */
const WIDTH = 78;

/** `head` may hold colour codes, so its visible width is told. A longer word than fits is left whole, to be copied. */
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
