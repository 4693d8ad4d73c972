/**
 * The resource that the availability probe writes again and again. If clients may choose ids, it always has the same
 * one. Otherwise it is created once by POST and then updated under the id that the server assigned. If a failover loses
 * it, another is created. If a server refuses every update, each write creates one.
 */
import { splitStored } from "../model/columns/operation.ts";
import { namedIn } from "../model/load/named.ts";
import { IDENTIFIER_SYSTEM } from "../model/load/write.ts";
import type { OwnWrite, WriteAnswer } from "../system/send-write.ts";

const ID = "fhirdrill-availability";
/** The resource is missing, or cannot be updated. */
const REFUSALS = [400, 404, 405, 410, 422];

export class ProbedResource {
  readonly #identifier: { system: string; value: string }[];
  /** Its name, chosen by the client or assigned by the server; `null` while it does not exist. */
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

  /** Takes note of the answer to a write. Writes overlap, so the answer may be about an earlier name. */
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
