/** Which site is primary, and which follows it. */
import type { SiteName } from "../model/plan/site.ts";

export interface Roles {
  primary: SiteName;
  /** `null` while no site follows the primary. */
  follower: SiteName | null;
}
