/** Progress on a terminal: finished steps as lines, and the current step as one line that is redrawn. */
import type { View } from "../model/console/view.ts";
import { eventText } from "./event-text.ts";
import { liveText } from "./plain.ts";
import { sealed, visibleLine } from "./visible.ts";
import { wrap } from "./wrap.ts";

const DRAW_EVERY_MS = 200;
const CLEAR = sealed("\r\x1b[2K");

export type Style = "dim" | "yellow" | "red" | "none";

export interface Screen {
  write: (text: string) => void;
  /** Read each time, because people resize their windows. */
  columns: () => number;
  paint: (style: Style, text: string) => string;
}

interface Line {
  /** The duration of a step, or the time of an event. */
  time: string;
  text: string;
  style: Style;
}

/** The width of "  59.9 s"; a space follows. */
const TIME = 8;

export function terminalView(screen: Screen): View & { close: () => void } {
  let current: (() => Line) | null = null;
  // Some terminals wrap when the last column is used.
  const width = () => screen.columns() - 1;
  const clear = () => screen.write(CLEAR);
  const draw = () => {
    if (current === null) return;
    const { time, text, style } = current();
    clear();
    // Cut before colouring: a colour code cut in half would colour everything after it.
    screen.write(screen.paint(style, `${time.padStart(TIME)} ${visibleLine(text)}`.slice(0, width())));
  };
  const line = ({ time, text, style }: Line) => {
    clear();
    for (const each of wrap(`${time.padStart(TIME)} `, TIME + 1, text, width()))
      screen.write(`${screen.paint(style, each)}\n`);
    draw();
  };
  const timer = setInterval(draw, DRAW_EVERY_MS);
  timer.unref();
  return {
    say: (text) => line({ time: "", text, style: "dim" }),
    step: (name, done) => {
      if (done) {
        current = null;
        line({ time: inSeconds(done.tookMs, 1), text: name, style: "none" });
        return;
      }
      const beganMs = performance.now();
      current = () => ({ time: inSeconds(performance.now() - beganMs, 0), text: `${name} …`, style: "none" });
      draw();
    },
    event: (event) => {
      const text = eventText(event);
      if (text === null) return;
      line({ time: inSeconds(event.atMs, 1), text, style: event.type === "fault" ? "yellow" : "none" });
    },
    live: (state) => {
      const text = liveText(state);
      current = () => ({ time: inSeconds(state.atMs, 1), text, style: state.silentMs > 0 ? "red" : "none" });
      draw();
    },
    close: () => {
      clearInterval(timer);
      current = null;
      clear();
    },
  };
}

function inSeconds(ms: number, digits: number): string {
  return `${(ms / 1000).toFixed(digits)} s`;
}
