/** How long a server that has too much to do (429) wants to be left alone, by its `Retry-After`: seconds, or a date. */

/** `null` where it does not say. A date may have passed. */
export function retryAfterMs(said: string | null, nowMs: number): number | null {
  const text = said?.trim() ?? "";
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? null : ms;
}
