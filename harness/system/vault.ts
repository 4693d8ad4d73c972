/** A vault beside both sites, and those who depend on it. */

import type { SiteName } from "../model/plan/site.ts";
import type { Guards } from "../model/plan/vault.ts";
import type { Component } from "./component.ts";

export interface Searched {
  files: number;
  /** How many of them hold the text. */
  holding: number;
}

export interface Vault {
  guards: Guards;
  component: Component;
  /** Where it listens. */
  port: number;
  /**
   * A client of it asks once more for what it depends on, with its own program and from its own place. Resolves with the HTTP
   * status, 0 when no answer came; `null` when no client runs that could ask.
   */
  askAsClient: () => Promise<number | null>;
  /** Whether clients may have what they depend on. The customer's own affair: asked and set past them, at the vault. */
  isAllowed: () => Promise<boolean>;
  setAllowed: (allowed: boolean) => Promise<void>;
  /** What the client at a site has written down so far: lines of JSON, also of one that does not run. */
  clientLedger: (side: SiteName) => Promise<string>;
  /** `null` where no data directory is encrypted. */
  data: EncryptedData | null;
}

/** Both search a text in the content of every file of a site's data directory. */
export interface EncryptedData {
  /** As its database sees it. Rejects when that does not run. */
  searchOpen: (side: SiteName, text: string) => Promise<Searched>;
  /** In a copy that somebody took who has no key, nor anything else of the database's container. */
  searchStolen: (side: SiteName, text: string) => Promise<Searched>;
}
