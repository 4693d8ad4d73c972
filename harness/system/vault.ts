/** A vault outside both sites, and its clients. */

import type { SiteName } from "../model/plan/site.ts";
import type { Guards } from "../model/plan/vault.ts";
import type { Component } from "./component.ts";

export interface Searched {
  files: number;
  /** What they take on disk. */
  bytes: number;
  /** How many of them contain the text. */
  holding: number;
}

export interface Vault {
  guards: Guards;
  component: Component;
  /** Where it listens. */
  port: number;
  /**
   * Repeats a client's request to the vault, with the client's own program in the client's own network. Resolves with the
   * HTTP status, 0 when no answer came; `null` when no client runs.
   */
  askAsClient: () => Promise<number | null>;
  /** Whether clients have access. The customer decides that: read and set at the vault itself, not through its clients. */
  isAllowed: () => Promise<boolean>;
  setAllowed: (allowed: boolean) => Promise<void>;
  /** What the client at a site has recorded so far, as lines of JSON; it need not run. */
  clientLedger: (side: SiteName) => Promise<string>;
  /** `null`: no data directory is encrypted. */
  data: EncryptedData | null;
}

/** Both functions search a text in the content of every file of a site's data directory. */
export interface EncryptedData {
  /** As the database sees it. Rejects when it does not run. */
  searchOpen: (side: SiteName, text: string) => Promise<Searched>;
  /**
   * In a stolen copy, without the key or anything else of the database's container. Rejects when a file cannot be read,
   * or when the search does not find the text in a file that was added to the copy; that file is not counted.
   */
  searchStolen: (side: SiteName, text: string) => Promise<Searched>;
}
