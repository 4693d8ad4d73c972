/** Follows a growing file of JSON lines for the live view: complete lines only, each once. */
import { open } from "node:fs/promises";

export class LineTail<T> {
  readonly #path: string;
  #offset = 0;
  #rest = "";
  /** Keeps the first bytes of a character that is not completely written yet. */
  readonly #decoder = new TextDecoder();

  constructor(path: string) {
    this.#path = path;
  }

  /** The lines appended since the last call; none if the file does not exist yet. */
  async read(): Promise<T[]> {
    const file = await open(this.#path).catch(() => null);
    if (file === null) return [];
    try {
      const { size } = await file.stat();
      if (size <= this.#offset) return [];
      const buffer = Buffer.alloc(size - this.#offset);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#offset);
      this.#offset += bytesRead;
      const lines = (this.#rest + this.#decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split("\n");
      this.#rest = lines.pop() ?? "";
      return lines.flatMap((line) => {
        try {
          return [JSON.parse(line) as T];
        } catch {
          return [];
        }
      });
    } finally {
      await file.close();
    }
  }
}
