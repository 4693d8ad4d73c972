/**
 * The resource that the availability probe writes over and over. Where clients choose ids it has always the same one.
 * Elsewhere it is made by POST, once, and then updated under the id that the server gave it. A failover may lose it: then
 * another is made. Where a server refuses every update, each write makes one.
 */
import { splitStored } from "../model/columns/operation.ts";
import { namedIn } from "../model/load/named.ts";
import { IDENTIFIER_SYSTEM } from "../model/load/write.ts";
import type { OwnWrite, WriteAnswer } from "../system/send-write.ts";

const ID = "fhirdrill-availability";
/** "It is not here", or "that cannot be done to it". */
const REFUSALS = [400, 404, 405, 410, 422];

export class ProbedResource {
  readonly #identifier: { system: string; value: string }[];
  /** By its own name where the client chose it, else by the one that the server gave; `null` while there is none. */
  #name: string | null;
  readonly #isChosen: boolean;
  #wasUpdated = false;
  #isOnlyMade = false;

  constructor(seed: number, { updateCreate }: { updateCreate: boolean }) {
    this.#identifier = [{ system: IDENTIFIER_SYSTEM, value: `availability-${seed.toString(36)}` }];
    this.#isChosen = updateCreate;
    this.#name = updateCreate ? `Basic/${ID}` : null;
  }

  write(round: number): OwnWrite {
    const body = { resourceType: "Basic", code: { text: `round ${round}` } };
    if (this.#name === null)
      return { id: ID, method: "POST", path: "Basic", body: { ...body, identifier: this.#identifier } };
    const [, id] = this.#name.split("/");
    const identifier = this.#isChosen ? {} : { identifier: this.#identifier };
    return { id: ID, method: "PUT", path: this.#name, body: { ...body, id, ...identifier } };
  }

  /** What the answer to a write says of it. Writes overlap: the answer may be to an earlier name. */
  learn({ method, path }: OwnWrite, answer: WriteAnswer): void {
    if (this.#isChosen || this.#isOnlyMade) return;
    if (method === "POST") {
      const [made] = namedIn(answer, "post", "opaque");
      if (made !== undefined) this.#name ??= splitStored(made).resource;
    } else if (answer.acknowledged) this.#wasUpdated = true;
    else if (path === this.#name && REFUSALS.includes(answer.status)) {
      this.#name = null;
      this.#isOnlyMade = !this.#wasUpdated;
    }
  }
}
