/** Text in lines that fit a terminal of 80 columns, the first after a head, the others below where it ended. */
const WIDTH = 78;

/** `head` may hold colour codes, so its visible width is told. */
export function wrap(head: string, headWidth: number, text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && headWidth + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((content, index) => (index === 0 ? head : " ".repeat(headWidth)) + content);
}
