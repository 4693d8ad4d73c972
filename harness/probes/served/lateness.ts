/** Late resources: acknowledged, but missing or older when first read, and there later. */
import { isAsTold } from "./doubts.ts";
import type { Seen } from "./question.ts";
import type { Wanted } from "./wanted.ts";

export class Lateness {
  /** By resource: milliseconds from the first unsuccessful read until it was there. */
  readonly ms = new Map<string, number>();
  readonly #versions: ReadonlyMap<string, number>;
  readonly #missedAtMs = new Map<string, number>();

  constructor({ reads }: Wanted) {
    this.#versions = new Map(reads.map(({ resource, version }) => [resource, version]));
  }

  /** Notes an answer; `nowMs`: when it came. */
  note(seen: Seen, nowMs: number): void {
    const { question, why } = seen;
    const version = question.asks === "read" ? this.#versions.get(question.resource) : undefined;
    if (question.asks !== "read" || version === undefined || why !== null) return;
    const { resource } = question;
    const missedAtMs = this.#missedAtMs.get(resource);
    if (!isAsTold(seen, version)) {
      this.ms.delete(resource);
      if (missedAtMs === undefined) this.#missedAtMs.set(resource, nowMs);
    } else if (missedAtMs !== undefined && !this.ms.has(resource)) this.ms.set(resource, nowMs - missedAtMs);
  }
}
