/** One site's FHIR server. */
import type { Side } from "../model/side.ts";

export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

export interface FhirServer {
  side: Side;
  /** Asks this server itself, around proxy and links; by its port of now, for one that was started again has another. */
  request: Ask;
  /** The same for many questions in a row, while nobody starts it again: its port is looked up once. */
  asking: () => Promise<Ask>;
  isReady: (timeoutMs?: number) => Promise<boolean>;
  /** With all that it remembers: what its database says may be another thing when it is started again. */
  stop: () => Promise<void>;
  /** Resolves when it is ready. One that runs is only waited for. */
  startAgain: (signal?: AbortSignal) => Promise<void>;
}
