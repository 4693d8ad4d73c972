/** The router in front of both sites, which sends clients to one of them. */
import type { SiteName } from "../model/plan/site.ts";

export interface Router {
  /** Routes all new requests to one site, permanently. Throws where the router chooses by itself. */
  route: (side: SiteName) => Promise<void>;
}
