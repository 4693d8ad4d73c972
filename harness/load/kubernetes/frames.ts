/** Parses the frames of a followed file (`keeper.ts`), however they are split on arrival. */

/** No file's "offset length" line is longer. */
const LONGEST_HEAD = 40;
const NEWLINE = 10;

export class Frames {
  readonly #take: (bytes: Buffer, at: number) => void;
  #head: Buffer = Buffer.alloc(0);
  #at = 0;
  #left = 0;

  /** `take` gets bytes of the file and their offset. */
  constructor(take: (bytes: Buffer, at: number) => void) {
    this.#take = take;
  }

  /** Throws for anything that is no frame, since everything after it would be garbage. */
  push(piece: Buffer): void {
    let rest = piece;
    while (rest.length > 0) rest = this.#left > 0 ? this.#body(rest) : this.#heading(rest);
  }

  #body(piece: Buffer): Buffer {
    const bytes = piece.subarray(0, this.#left);
    this.#take(bytes, this.#at);
    this.#at += bytes.length;
    this.#left -= bytes.length;
    return piece.subarray(bytes.length);
  }

  #heading(piece: Buffer): Buffer {
    const end = piece.indexOf(NEWLINE);
    this.#head = Buffer.concat([this.#head, end === -1 ? piece : piece.subarray(0, end)]);
    if (this.#head.length > LONGEST_HEAD) throw this.#noFrame();
    if (end === -1) return Buffer.alloc(0);
    const [, at, left] = /^(\d+) (\d+)$/.exec(this.#head.toString("latin1")) ?? [];
    if (at === undefined) throw this.#noFrame();
    [this.#at, this.#left] = [Number(at), Number(left)];
    this.#head = Buffer.alloc(0);
    return piece.subarray(end + 1);
  }

  #noFrame(): Error {
    return new Error(`this came instead of the file: ${this.#head.toString("utf8").slice(0, 200)}`);
  }
}
