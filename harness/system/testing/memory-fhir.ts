/**
 * For tests: a FHIR server in memory, as far as a drill uses one. It is asked by function, and can be told what it is not
 * able to do, and what to forget.
 */
import { randomUUID } from "node:crypto";
import type { Ask } from "../fhir-server.ts";

export interface Resource {
  resourceType: string;
  id?: string;
  meta?: { versionId?: string; lastUpdated?: string; tag?: { system?: string; code?: string }[] };
  identifier?: { system?: string; value?: string }[];
  [element: string]: unknown;
}

export interface Manner {
  /** It gives every resource an id of its own, and refuses a PUT under an unknown one. */
  ownIds?: boolean;
  versions?: "numbered" | "opaque";
  without?: ("transaction" | "if-none-exist" | "if-match" | "tag-search" | "identifier-search" | "history")[];
  /** Entries on a page of a search or a history. */
  pageSize?: number;
  base?: string;
}

export class MemoryFhir {
  readonly #manner: Required<Manner>;
  /** All versions of each, by `Type/id`, the oldest first; the last is the current one. `null`: deleted. */
  readonly stored = new Map<string, (Resource | null)[]>();
  /** Not found by any search, though they can be read. */
  readonly unindexed = new Set<string>();
  /** Asked before each request; what it returns is the answer. */
  intercept: (path: string, init?: RequestInit) => Response | null = () => null;
  readonly asked: string[] = [];
  #ids = 1000;

  constructor(manner: Manner = {}) {
    this.#manner = {
      ownIds: false,
      versions: "numbered",
      without: [],
      pageSize: 10,
      base: "http://fhir.test/fhir",
      ...manner,
    };
  }

  readonly ask: Ask = async (path, init = {}) => {
    const method = init.method ?? "GET";
    this.asked.push(`${method} ${path}`);
    const instead = this.intercept(path, init);
    if (instead !== null) return instead;
    const headers = new Headers(init.headers);
    const at = path.startsWith(this.#manner.base) ? path.slice(this.#manner.base.length + 1) : path;
    const [place = "", query = ""] = at.split("?");
    const body = init.body == null ? null : (JSON.parse(String(init.body)) as Resource);
    if (method === "GET") return this.#get(place, new URLSearchParams(query));
    if (method === "DELETE") return this.#delete(place);
    if (body === null) return outcome(400);
    if (method === "PUT") return this.#put(place, body, headers.get("If-Match"));
    return place === "" ? this.#transaction(body) : this.#post(body, headers.get("If-None-Exist"));
  };

  /** The current version; `undefined` when there is none. */
  current(name: string): Resource | undefined {
    return this.stored.get(name)?.at(-1) ?? undefined;
  }

  /** As a failover would: the newest version of it was never there. */
  forget(name: string): void {
    const versions = this.stored.get(name);
    versions?.pop();
    if (versions?.length === 0) this.stored.delete(name);
  }

  #can(what: Required<Manner>["without"][number]): boolean {
    return !this.#manner.without.includes(what);
  }

  #get(place: string, query: URLSearchParams): Response {
    if (place === "metadata")
      return json({ resourceType: "CapabilityStatement", fhirVersion: "4.0.1", software: { name: "memory" } });
    const [type = "", id, history, version] = place.split("/");
    if (id === undefined) return this.#search(type, query);
    const versions = this.stored.get(`${type}/${id}`);
    if (versions === undefined) return outcome(404);
    if (history === "_history" && version === undefined) {
      if (!this.#can("history")) return outcome(404);
      const entries = versions
        .toReversed()
        .map((each) => (each === null ? { request: { method: "DELETE" } } : { resource: each }));
      return this.#page("history", place, query, entries);
    }
    const wanted = version === undefined ? versions.at(-1) : versions.find((each) => each?.meta?.versionId === version);
    if (wanted === null) return outcome(410);
    return wanted === undefined ? outcome(404) : json(wanted, { ETag: `W/"${wanted.meta?.versionId}"` });
  }

  #search(type: string, query: URLSearchParams): Response {
    const [identifier, tag] = [query.get("identifier"), query.get("_tag")];
    if ((identifier !== null && !this.#can("identifier-search")) || (tag !== null && !this.#can("tag-search")))
      return outcome(400);
    const is = (token: string, system = "", value = "") => token === `${system}|${value}` || token === `${system}|`;
    const found = [...this.stored].flatMap(([name, versions]) => {
      const resource = versions.at(-1);
      if (resource == null || resource.resourceType !== type || this.unindexed.has(name)) return [];
      const byIdentifier =
        identifier === null || resource.identifier?.some(({ system, value }) => is(identifier, system, value));
      const byTag = tag === null || resource.meta?.tag?.some(({ system, code }) => is(tag, system, code));
      return byIdentifier && byTag ? [resource] : [];
    });
    if (query.get("_summary") === "count")
      return json({ resourceType: "Bundle", type: "searchset", total: found.length });
    const entries = found.map((resource) => ({ resource, search: { mode: "match" } }));
    return this.#page("searchset", type, query, entries);
  }

  #page(type: "searchset" | "history", place: string, query: URLSearchParams, entries: object[]): Response {
    const { pageSize, base } = this.#manner;
    const from = Number(query.get("page") ?? 0);
    const more = new URLSearchParams(query);
    more.set("page", String(from + pageSize));
    const link = from + pageSize < entries.length ? [{ relation: "next", url: `${base}/${place}?${more}` }] : [];
    const entry = entries.slice(from, from + pageSize);
    return json({ resourceType: "Bundle", type, total: entries.length, link, entry });
  }

  #put(place: string, body: Resource, match: string | null): Response {
    const versions = this.stored.get(place) ?? [];
    if (versions.length === 0 && this.#manner.ownIds) return outcome(404);
    const current = versions.at(-1)?.meta?.versionId;
    if (match !== null && this.#can("if-match") && match !== `W/"${current}"`) return outcome(412);
    return this.#stored(place, body, versions.length === 0 ? 201 : 200);
  }

  #post(body: Resource, condition: string | null): Response {
    if (condition !== null && this.#can("if-none-exist")) {
      const token = new URLSearchParams(condition).get("identifier");
      const twin = [...this.stored].find(([name, versions]) => {
        const of = versions.at(-1);
        return (
          name.startsWith(`${body.resourceType}/`) &&
          of?.identifier?.some(({ system, value }) => `${system}|${value}` === token)
        );
      });
      if (twin)
        return json({}, { Location: `${this.#manner.base}/${twin[0]}/_history/${twin[1].at(-1)?.meta?.versionId}` });
    }
    return this.#stored(`${body.resourceType}/${this.#newId()}`, body, 201);
  }

  #transaction(bundle: Resource): Response {
    const entries = (bundle.entry ?? []) as {
      fullUrl?: string;
      resource: Resource;
      request: { method: string; url: string };
    }[];
    if (!this.#can("transaction")) return outcome(400);
    const names = entries.map(({ request }) =>
      request.method === "PUT" ? request.url : `${request.url}/${this.#newId()}`,
    );
    if (this.#manner.ownIds && entries.some(({ request }) => request.method === "PUT" && !this.stored.has(request.url)))
      return outcome(404);
    const entry = entries.map(({ resource }, i) => {
      const text = entries.reduce(
        (sum, { fullUrl }, k) => (fullUrl === undefined ? sum : sum.replaceAll(fullUrl, names[k] as string)),
        JSON.stringify(resource),
      );
      const answer = this.#stored(names[i] as string, JSON.parse(text), 201);
      return { response: { status: "201 Created", location: answer.headers.get("Location") } };
    });
    return json({ resourceType: "Bundle", type: "transaction-response", entry });
  }

  #delete(place: string): Response {
    const versions = this.stored.get(place);
    if (versions === undefined) return outcome(404);
    versions.push(null);
    return new Response(null, { status: 204 });
  }

  #stored(name: string, body: Resource, status: number): Response {
    const versions = this.stored.get(name) ?? [];
    const versionId = this.#manner.versions === "opaque" ? randomUUID() : String(versions.length + 1);
    const id = name.split("/")[1] as string;
    versions.push({ ...body, id, meta: { ...body.meta, versionId, lastUpdated: new Date().toISOString() } });
    this.stored.set(name, versions);
    return new Response("", {
      status,
      headers: { Location: `${this.#manner.base}/${name}/_history/${versionId}`, ETag: `W/"${versionId}"` },
    });
  }

  #newId(): string {
    return this.#manner.ownIds ? randomUUID() : String(this.#ids++);
  }
}

function json(body: object, headers: Record<string, string> = {}): Response {
  return Response.json(body, { headers: { "Content-Type": "application/fhir+json", ...headers } });
}

function outcome(status: number): Response {
  return Response.json({ resourceType: "OperationOutcome" }, { status });
}
