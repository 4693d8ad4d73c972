/** The delay that a server asks for with `Retry-After` (with 429, for example): in seconds, or as a date. */

/** `null` without a valid value. Negative for a date in the past. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? null : ms;
}
