/** Progress as lines, for logs and pipes: events and, every few seconds, the state of the load. */
import type { LiveState, View } from "../model/console/view.ts";
import { eventText } from "./event-text.ts";
import { visibleLine } from "./visible.ts";

const LIVE_EVERY_MS = 5000;

export function plainView(write: (text: string) => void): View {
  let lastLiveMs = Number.NEGATIVE_INFINITY;
  const line = (atMs: number | null, text: string) =>
    write(`${atMs === null ? "       " : `${(atMs / 1000).toFixed(1).padStart(6)} `} ${visibleLine(text)}\n`);
  return {
    say: (text) => line(null, text),
    step: (name, done) => {
      if (done && done.tookMs >= 500) line(null, `${name}: ${(done.tookMs / 1000).toFixed(1)} s`);
    },
    event: (event) => {
      const text = eventText(event);
      if (text !== null) line(event.atMs, text);
    },
    live: (state) => {
      if (state.atMs - lastLiveMs < LIVE_EVERY_MS) return;
      lastLiveMs = state.atMs;
      line(state.atMs, liveText(state));
    },
  };
}

export function liveText(state: LiveState): string {
  const outage =
    state.silentMs > 0 ? `NO WRITE FOR ${(state.silentMs / 1000).toFixed(1)} s` : `${state.acknowledgedPerSecond}/s`;
  const site = state.servedBy === "" ? "" : ` by ${state.servedBy.toUpperCase()}`;
  return `${state.phase}: ${outage}, ${state.acknowledged} acknowledged${site}`;
}
