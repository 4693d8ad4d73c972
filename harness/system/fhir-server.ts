/** One site's FHIR server. */
import type { SiteName } from "../model/plan/site.ts";

export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

export interface FhirServer {
  side: SiteName;
  /** Sends a request directly to this server, bypassing proxy and links, at its current port: a restart changes it. */
  request: Ask;
  /** The same for many requests in a row without a restart of the server between them: its port is looked up once. */
  asking: () => Promise<Ask>;
  isReady: (timeoutMs?: number) => Promise<boolean>;
  /** Stops it, so that it loses its caches: its database may hold something else when it starts again. */
  stop: () => Promise<void>;
  /** Starts it unless it runs; resolves when it is ready. */
  startAgain: (signal?: AbortSignal) => Promise<void>;
}
