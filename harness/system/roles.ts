/** Who is primary, and who follows it. */
import type { Side } from "../model/plan/side.ts";

export interface Roles {
  primary: Side;
  /** `null` while no site follows the primary. */
  follower: Side | null;
}
