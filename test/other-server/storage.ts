/**
 * All versions of all resources, in one SQLite file. A request's changes are on disk before it is answered, all or
 * none. It shares only the interface with fhir-router's own in-memory repository: that one forgets when it is killed,
 * has no transactions, lets clients choose ids, and reverses a history each time it is read.
 */
import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import {
  badRequest,
  type Filter,
  globalSchema,
  gone,
  isOk,
  matchesSearchRequest,
  notFound,
  OperationOutcomeError,
  Operator,
  preconditionFailed,
  type SearchRequest,
  type WithId,
} from "@medplum/core";
import {
  type CreateResourceOptions,
  FhirRepository,
  type FhirResponse,
  type UpdateResourceOptions,
} from "@medplum/fhir-router";
import type { Bundle, BundleEntry, Reference, Resource } from "@medplum/fhirtypes";

/** `content` is null in a version that deletes. `lost`: a record of the lost versions, see `#lose`. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS version
    (n INTEGER PRIMARY KEY, request INTEGER, at TEXT, type TEXT, id TEXT, version TEXT, content TEXT);
  CREATE INDEX IF NOT EXISTS version_of ON version (type, id, n);
  CREATE TABLE IF NOT EXISTS lost AS SELECT * FROM version WHERE false`;

interface Row {
  at: string;
  version: string;
  content: string | null;
}

const PAGE = 20;
const LONGEST_PAGE = 1000;

export class Storage extends FhirRepository {
  readonly #db: DatabaseSync;
  #request: number;
  #turn: Promise<unknown> = Promise.resolve();

  /** `losesLast`: how many of the last requests with changes are lost at this start, if it was killed before. */
  constructor(path: string, losesLast = 0) {
    super();
    this.#db = new DatabaseSync(path);
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${TABLES}`);
    if (losesLast > 0) this.#lose(losesLast);
    this.#flushed();
    this.#request = this.#lastRequest();
  }

  /** A clean stop. After it nothing is lost. */
  close(): void {
    this.#flushed();
    this.#db.close();
  }

  /** Requests are handled one after another, so each one sees only durable data. */
  inTurn(handle: () => Promise<FhirResponse>): Promise<FhirResponse> {
    const handled = this.#turn.then(async () => {
      this.#request += 1;
      this.#db.exec("BEGIN");
      try {
        const answer = await handle();
        this.#db.exec(isOk(answer[0]) ? "COMMIT" : "ROLLBACK");
        return answer;
      } finally {
        if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      }
    });
    this.#turn = handled.catch(() => {});
    return handled;
  }

  async createResource<T extends Resource>(
    resource: T,
    { assignedId }: CreateResourceOptions = {},
  ): Promise<WithId<T>> {
    return this.#keep(resource, assignedId && resource.id ? resource.id : this.generateId());
  }

  async updateResource<T extends Resource>(resource: T, { ifMatch }: UpdateResourceOptions = {}): Promise<WithId<T>> {
    const { id, meta } = await this.readResource<T>(resource.resourceType, resource.id ?? "");
    if (ifMatch !== undefined && ifMatch !== meta?.versionId) throw new OperationOutcomeError(preconditionFailed);
    return this.#keep(resource, id);
  }

  async deleteResource(resourceType: string, id: string, { ifMatch }: UpdateResourceOptions = {}): Promise<void> {
    const { meta } = await this.readResource(resourceType, id);
    if (ifMatch !== undefined && ifMatch !== meta?.versionId) throw new OperationOutcomeError(preconditionFailed);
    this.#insert(resourceType, id, { at: new Date().toISOString(), version: randomUUID(), content: null });
  }

  async readResource<T extends Resource>(resourceType: string, id: string): Promise<WithId<T>> {
    const [row] = this.#versions(resourceType, id);
    if (row === undefined) throw new OperationOutcomeError(notFound);
    if (row.content === null) throw new OperationOutcomeError(gone);
    return JSON.parse(row.content);
  }

  async readVersion<T extends Resource>(resourceType: string, id: string, version: string): Promise<WithId<T>> {
    const row = this.#versions(resourceType, id).find((each) => each.version === version);
    if (row === undefined) throw new OperationOutcomeError(notFound);
    if (row.content === null) throw new OperationOutcomeError(gone);
    return JSON.parse(row.content);
  }

  /** The newest first. */
  async readHistory<T extends Resource>(resourceType: string, id: string): Promise<Bundle<WithId<T>>> {
    const rows = this.#versions(resourceType, id);
    if (rows.length === 0) throw new OperationOutcomeError(notFound);
    const entry = rows.map(({ at, version, content }, i): BundleEntry<WithId<T>> => {
      const method = content === null ? "DELETE" : i === rows.length - 1 ? "POST" : "PUT";
      return {
        ...(content === null ? {} : { resource: JSON.parse(content) }),
        request: { method, url: method === "POST" ? resourceType : `${resourceType}/${id}` },
        response: { status: method === "POST" ? "201" : "200", etag: `W/"${version}"`, lastModified: at },
      };
    });
    return { resourceType: "Bundle", type: "history", total: rows.length, entry };
  }

  async search<T extends Resource>(request: SearchRequest<T>): Promise<Bundle<WithId<T>>> {
    const { resourceType, filters = [], offset = 0, count = PAGE } = request;
    const known = globalSchema.types[resourceType]?.searchParams;
    const unknown = filters.find(({ code }) => known?.[code] === undefined);
    if (unknown) throw new OperationOutcomeError(badRequest(`Unknown search parameter: ${unknown.code}`));
    const matching = this.#current<T>(resourceType, needleOf(filters)).filter((each) =>
      matchesSearchRequest(each, request),
    );
    const page = matching.slice(offset, offset + Math.min(count, LONGEST_PAGE));
    const entry = page.map((resource): BundleEntry<WithId<T>> => ({ resource, search: { mode: "match" } }));
    return { resourceType: "Bundle", type: "searchset", total: matching.length, entry };
  }

  generateId(): string {
    return randomUUID();
  }

  /** Each request is a transaction already. */
  async withTransaction<TResult>(callback: (repository: this) => Promise<TResult>): Promise<TResult> {
    return callback(this);
  }

  setMode(): void {}

  async readReference<T extends Resource>({ reference }: Reference<T>): Promise<WithId<T>> {
    const [resourceType = "", id = ""] = reference?.split("/") ?? [];
    return this.readResource(resourceType, id);
  }

  async readReferences<T extends Resource>(references: readonly Reference<T>[]): Promise<(T | Error)[]> {
    return Promise.all(references.map((each) => this.readReference(each).catch((error: Error) => error)));
  }

  async searchByReference(): Promise<never> {
    throw new OperationOutcomeError(badRequest("It is not supported"));
  }

  async patchResource(): Promise<never> {
    throw new OperationOutcomeError(badRequest("PATCH is not supported"));
  }

  #keep<T extends Resource>(resource: T, id: string): WithId<T> {
    const [at, version] = [new Date().toISOString(), randomUUID()];
    const kept = { ...resource, id, meta: { ...resource.meta, versionId: version, lastUpdated: at } };
    this.#insert(resource.resourceType, id, { at, version, content: JSON.stringify(kept) });
    return kept;
  }

  #insert(type: string, id: string, { at, version, content }: Row): void {
    this.#db
      .prepare("INSERT INTO version (request, at, type, id, version, content) VALUES (?, ?, ?, ?, ?, ?)")
      .run(this.#request, at, type, id, version, content);
  }

  #versions(type: string, id: string): Row[] {
    const sql = "SELECT at, version, content FROM version WHERE type = ? AND id = ? ORDER BY n DESC";
    return this.#db.prepare(sql).all(type, id) as unknown as Row[];
  }

  /** Those that contain the text, so no deleted ones; in a stable order, for pages. */
  #current<T extends Resource>(type: string, needle: string): WithId<T>[] {
    const sql = `SELECT content FROM version WHERE n IN (SELECT max(n) FROM version WHERE type = ? GROUP BY id)
      AND instr(lower(content), lower(?)) ORDER BY id`;
    return this.#db
      .prepare(sql)
      .all(type, needle)
      .map(({ content }) => JSON.parse(content as string));
  }

  /**
   * The seeded defect: as if the last requests had been acknowledged before they were on disk. Only a table that no
   * request reads shows it.
   */
  #lose(requests: number): void {
    const last = `request IN (SELECT DISTINCT request FROM version
      WHERE request > (SELECT user_version FROM pragma_user_version) ORDER BY request DESC LIMIT ${requests})`;
    this.#db.exec(
      `BEGIN; INSERT INTO lost SELECT * FROM version WHERE ${last}; DELETE FROM version WHERE ${last}; COMMIT`,
    );
  }

  #flushed(): void {
    this.#db.exec(`PRAGMA user_version = ${this.#lastRequest()}`);
  }

  #lastRequest(): number {
    const sql = "SELECT max(request) AS last FROM (SELECT request FROM version UNION ALL SELECT request FROM lost)";
    return Number(this.#db.prepare(sql).get()?.last ?? 0);
  }
}

/** A text that every matching resource contains, so that SQLite can skip nearly all others. */
function needleOf(filters: readonly Filter[]): string {
  const token = filters.find(
    ({ code, operator, value }) =>
      (code === "identifier" || code === "_tag") && operator === Operator.EQUALS && /^[\w:|./-]+$/.test(value),
  );
  return token?.value.split("|").at(-1) ?? "";
}
