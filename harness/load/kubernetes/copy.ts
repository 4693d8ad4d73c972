/** A local copy that grows while its source is fetched. */
import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";

export class Copy {
  readonly path: string;
  readonly #file: number;
  /** The bytes copied so far: where to resume. */
  bytes = 0;

  /** Creates the file, or truncates it. */
  constructor(path: string) {
    this.path = path;
    this.#file = guarded(path, () => openSync(path, "w"));
  }

  /** Throws if the bytes leave a gap or overlap. */
  add(bytes: Buffer, at: number): void {
    if (at !== this.bytes) throw new Error(`it continued at byte ${at} instead of ${this.bytes}`);
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
