/** A fault that somebody's own programs inject, see and heal. */
export interface HookFault {
  inject: () => Promise<void>;
  /** `null` for both: it could not tell, with the reason in `detail.why`. */
  look: () => Promise<{ bit: boolean | null; gone: boolean | null; detail: Record<string, unknown> }>;
  heal: () => Promise<void>;
}
