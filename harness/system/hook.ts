/** A fault that the user's own programs inject, observe and heal. */
export interface HookFault {
  inject: () => Promise<void>;
  /** `null` for both: unknown, with the reason in `detail.why`. */
  look: () => Promise<{ bit: boolean | null; gone: boolean | null; detail: Record<string, unknown> }>;
  heal: () => Promise<void>;
}
