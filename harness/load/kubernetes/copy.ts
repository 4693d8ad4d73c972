/** A file of ours that grows as another one is fetched. */
import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";

export class Copy {
  readonly path: string;
  readonly #file: number;
  /** How much of it is here: where to go on. */
  bytes = 0;

  /** Begins it anew. */
  constructor(path: string) {
    this.path = path;
    this.#file = guarded(path, () => openSync(path, "w"));
  }

  /** Throws where bytes are missing in between, or are here already. */
  add(bytes: Buffer, at: number): void {
    if (at !== this.bytes) throw new Error(`it went on at byte ${at}, and not at ${this.bytes}`);
    guarded(this.path, () => {
      for (let from = 0; from < bytes.length; )
        from += writeSync(this.#file, bytes, from, bytes.length - from, at + from);
    });
    this.bytes += bytes.length;
  }

  close(): void {
    closeSync(this.#file);
  }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const text = { what: `${path} cannot be written`, why: reasonOf(error), todo: "free some space, and try again" };
    throw new DrillFailure(text, { cause: error });
  }
}
