/** One site's FHIR server. */
import type { SiteName } from "../model/plan/site.ts";

export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

export interface FhirServer {
  side: SiteName;
  /** Asks this server directly, around proxy and links, at its present port: a restarted server has another. */
  request: Ask;
  /** The same for many requests in a row, while the server is not restarted: its port is looked up once. */
  asking: () => Promise<Ask>;
  isReady: (timeoutMs?: number) => Promise<boolean>;
  /** Stops it. What it held in memory goes: its database may say something else when it starts again. */
  stop: () => Promise<void>;
  /** Resolves when it is ready. If it is running, this only waits. */
  startAgain: (signal?: AbortSignal) => Promise<void>;
}
