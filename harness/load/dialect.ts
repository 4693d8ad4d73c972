/**
 * Learns a FHIR server's dialect before the load, by writes in the form of the load's own: what counts is what the
 * server was seen to do, whatever its CapabilityStatement claims. The first of them is the canary: if it cannot be
 * written and read back, there is no drill.
 *
 * These writes have names that no write of the load has, and a tag of the run. What they create stays.
 */
import { splitStored } from "../model/columns/operation.ts";
import { fingerprint, referenceOf } from "../model/load/content.ts";
import { namedIn, type Versions } from "../model/load/named.ts";
import { searchByTag, type Tag, tagBesideOf } from "../model/load/tag.ts";
import { IDENTIFIER_SYSTEM, type PlannedWrite, planWrite, SEED_LIMIT, type WriteKind } from "../model/load/write.ts";
import { demandOf } from "../model/plan/attempts.ts";
import type { Dialect } from "../model/plan/dialect.ts";
import type { Ask } from "../system/fhir-server.ts";
import type { WriteAnswer } from "../system/send-write.ts";
import { DialectClient, notReady } from "./dialect-client.ts";

/** Until an acknowledged write must be readable: a replica may answer. */
const PATIENCE_MS = 5000;
const CHECK_EVERY_MS = 200;
const REFUSED = [409, 412];

export interface Proving {
  /** The run's seed. */
  seed: number;
  signal?: AbortSignal;
  patienceMs?: number;
}

/** Throws a `DrillFailure` when the server cannot be drilled at all or is not healthy. */
export async function proveDialect(ask: Ask, { seed, signal, patienceMs = PATIENCE_MS }: Proving): Promise<Dialect> {
  const client = new DialectClient(ask, seed, signal);
  const claims = await claimsOf(client);
  const proof = new Proof(client, seed, patienceMs);
  const canary = await proof.canary();
  const identifierSearch = await proof.identifierSearch(canary);
  const tagSearch = await proof.tagSearch(canary, tagBesideOf(seed));
  const chosen = await proof.updateCreate();
  // The canary is not updated: its name reveals an earlier drill with the same seed.
  const updates = await proof.updates(chosen ?? (await proof.canary()), canary);
  const conditionalCreate = await proof.conditionalCreate();
  const transaction = await proof.transaction(updates.versions);
  await proof.basic();
  if (chosen === null && !identifierSearch)
    throw notReady(
      "this FHIR server cannot be drilled",
      "it accepts no client-assigned ids, and a search by identifier does not immediately find what was just written",
      "allow create by PUT (update-create), or have the search index updated with each write",
    );
  const searches = { identifierSearch, tagSearch };
  return { ...claims, updateCreate: chosen !== null, conditionalCreate, transaction, ...searches, ...updates };
}

interface Capabilities {
  resourceType?: string;
  fhirVersion?: string;
  software?: { name?: string; version?: string };
}

async function claimsOf(client: DialectClient): Promise<Pick<Dialect, "software" | "fhirVersion">> {
  const { status, json, why } = await client.read("metadata");
  const capabilities = json as Capabilities | null;
  if (status !== 200 || capabilities?.resourceType !== "CapabilityStatement")
    throw notReady(
      "no FHIR server answers at the FHIR base",
      `metadata was answered with ${why}`,
      "check that the base is the one that clients use, and that the drill may read there",
    );
  const { software: is, fhirVersion = null } = capabilities;
  const software = [is?.name, is?.version].filter((each) => each !== undefined);
  return { software: software.join(" ") || null, fhirVersion };
}

interface Made {
  /** `Type/id`. */
  name: string;
  write: PlannedWrite;
  answer: WriteAnswer;
}

class Proof {
  readonly #client: DialectClient;
  /** Differs from the seeds of the load and of the warm-up. */
  readonly #seed: number;
  readonly #patienceMs: number;
  #planned = 0;

  constructor(client: DialectClient, seed: number, patienceMs: number) {
    this.#client = client;
    this.#seed = (seed + SEED_LIMIT / 4) % SEED_LIMIT;
    this.#patienceMs = patienceMs;
  }

  async canary(): Promise<Made> {
    const write = this.#next("post");
    const answer = await this.#client.write(write);
    if (!answer.acknowledged)
      throw notReady("no Patient can be created", `POST Patient was answered with ${answer.why}`, "allow it");
    const [name] = namesIn(answer, "post");
    if (name === undefined)
      throw notReady(
        "what is written cannot be looked up",
        `POST Patient was answered with ${answer.why}, without a Location that names it`,
        "make the proxy in front of the server pass its Location header on",
      );
    const { why } = await this.#readBack(name, write.body);
    if (why !== null)
      throw notReady(
        "what was just written cannot be read back",
        `${name} ${why}`,
        "allow the drill to read Patient, and drill a healthy service",
      );
    return { name, write, answer };
  }

  /** Whether a search finds a write immediately, so that finding nothing later proves absence. */
  async identifierSearch({ name, write }: Made): Promise<boolean> {
    const by = (value: string) => `identifier=${encodeURIComponent(`${IDENTIFIER_SYSTEM}|${value}`)}`;
    const found = (await this.#search(by(write.id), by(`${write.id}-none`))) ?? [];
    const other = found.find((each) => each !== name);
    if (other !== undefined) throw wasHere(other);
    return found.length > 0;
  }

  async tagSearch({ name }: Made, { system, code }: Tag): Promise<boolean> {
    const by = (wanted: string) => searchByTag({ system, code: wanted });
    return (await this.#search(by(code), by(`${code}-none`)))?.includes(name) ?? false;
  }

  /** `null` if a client cannot choose the id. */
  async updateCreate(): Promise<Made | null> {
    const write = this.#next("put");
    const { status } = await this.#client.read(write.path);
    // A deleted resource would continue with its next version.
    if (status === 200 || status === 410) throw wasHere(write.path);
    const answer = await this.#client.write(write);
    const [name] = namesIn(answer, "put");
    if (name !== write.path) return null;
    return (await this.#readBack(name, write.body)).why === null ? { name, write, answer } : null;
  }

  /** Learned from updates of a resource, and from the answer to the canary. */
  async updates(
    { name, answer }: Made,
    canary: Made,
  ): Promise<Pick<Dialect, "versionedUpdate" | "instanceHistory" | "versions">> {
    const before = await this.#client.read(name);
    const updated = await this.#update(name);
    const after = await this.#client.read(name);
    const named = [canary.answer, answer, updated].map((each) => namedIn(each, "put", "numbered")[0] ?? "/");
    const isNumbered = named.map((each) => splitStored(each).version).join() === "1,1,2" && after.etag === 'W/"2"';
    const instanceHistory = await this.#isHistoryOf(name, [before.json, after.json].map(versionIn));
    return {
      // Version numbers that cannot be looked up are as good as opaque.
      versions: isNumbered && instanceHistory ? "numbered" : "opaque",
      instanceHistory,
      versionedUpdate: await this.#refusesOther(name, before.etag, after.etag),
    };
  }

  async conditionalCreate(): Promise<boolean> {
    const write = this.#next("post");
    const create = { ...write, demand: demandOf("conditional-create", write) };
    const [made] = namesIn(await this.#client.write(create), "post");
    const [found] = namesIn(await this.#client.write(create), "post");
    return made !== undefined && made === found;
  }

  /** Whether all resources are there, with references to those whose ids the server assigned. */
  async transaction(versions: Versions): Promise<boolean> {
    const write = this.#next("bundle");
    const names = namesIn(await this.#client.write(write), "bundle", versions);
    const sent = (write.body as { entry: { resource: { resourceType: string; subject?: object } }[] }).entry;
    if (names.length !== sent.length) return false;
    for (const [i, { resource }] of sent.entries()) {
      const { found } = await this.#readBack(names[i] as string, resource);
      const refersTo = resource.subject === undefined ? null : names[0];
      if (found === null || referenceOf(found) !== refersTo) return false;
    }
    return true;
  }

  /** The load's start signal and the probe's resource are of type Basic. */
  async basic(): Promise<void> {
    const { id } = this.#next("post");
    const body = {
      ...{ resourceType: "Basic", identifier: [{ system: IDENTIFIER_SYSTEM, value: id }] },
      code: { text: "a drill begins" },
    };
    const { acknowledged, why } = await this.#client.write({ id, method: "POST", path: "Basic", body });
    if (acknowledged) return;
    throw notReady(
      "no Basic can be created",
      `POST Basic was answered with ${why}`,
      "allow the type Basic besides Patient and Observation: a drill uses it as the load's start signal",
    );
  }

  #next(kind: WriteKind): PlannedWrite {
    const nothing = { put: 0, post: 0, bundle: 0, update: 0 };
    return planWrite(this.#seed, this.#planned++, { ...nothing, [kind]: 1 });
  }

  async #update(name: string, demand: Record<string, string> = {}): Promise<WriteAnswer> {
    const { id, method, body } = this.#next("put");
    return this.#client.write({ id, method, path: name, body: { ...body, id: name.split("/")[1] }, demand });
  }

  async #refusesOther(name: string, before: string, after: string): Promise<boolean> {
    const { status } = await this.#update(name, { "If-Match": before });
    return REFUSED.includes(status) && (await this.#update(name, { "If-Match": after })).acknowledged;
  }

  async #isHistoryOf(name: string, versions: readonly (string | undefined)[]): Promise<boolean> {
    const { status, json } = await this.#client.read(`${name}/_history`);
    const listed = status === 200 ? resourcesIn(json).map(versionIn) : [];
    return new Set(versions).size === versions.length && versions.every((each) => each && listed.includes(each));
  }

  /**
   * `Patient/id` of each match; `null` if the search is refused, or ignores the parameter: then a search for nothing
   * also finds something.
   */
  async #search(query: string, queryForNothing: string): Promise<string[] | null> {
    const [found, none] = [await this.#found(query), await this.#found(queryForNothing)];
    return none?.length === 0 ? found : null;
  }

  async #found(query: string): Promise<string[] | null> {
    const { status, json } = await this.#client.read(`Patient?_count=50&${query}`);
    if (status !== 200) return null;
    return resourcesIn(json).flatMap(({ resourceType, id }) => (resourceType === "Patient" ? [`Patient/${id}`] : []));
  }

  /** The resource once it has that content; otherwise why not. */
  async #readBack(name: string, body: object): Promise<{ found: object; why: null } | { found: null; why: string }> {
    const endMs = performance.now() + this.#patienceMs;
    const wanted = fingerprint(body);
    for (;;) {
      const { status, json, why } = await this.#client.read(name);
      if (status === 200 && isResource(json) && fingerprint(json) === wanted) return { found: json, why: null };
      if (performance.now() > endMs)
        return {
          found: null,
          why: status === 200 ? "has other content than was written" : `is answered with ${why}`,
        };
      await this.#client.wait(CHECK_EVERY_MS);
    }
  }
}

interface Resource {
  resourceType: string;
  id?: string;
  meta?: { versionId?: string };
}

function isResource(json: unknown): json is Resource {
  return typeof json === "object" && json !== null && "resourceType" in json;
}

function versionIn(json: unknown): string | undefined {
  return isResource(json) ? json.meta?.versionId : undefined;
}

/** The resources in a bundle's entries; an entry of a deletion has none. */
function resourcesIn(json: unknown): Resource[] {
  const { entry = [] } = (json ?? {}) as { entry?: { resource?: unknown }[] };
  return entry.map(({ resource }) => resource).filter(isResource);
}

/** `Type/id` of each resource that the answer names. */
function namesIn(answer: WriteAnswer, kind: WriteKind, versions: Versions = "opaque"): string[] {
  return namedIn(answer, kind, versions).map((stored) => splitStored(stored).resource);
}

function wasHere(name: string): Error {
  return notReady(
    "this server has been drilled with this seed before",
    `${name} is from that drill`,
    "choose another seed, or leave it out: leftovers of that drill would be taken for this one's writes",
  );
}
