/** Progress on a terminal: what is over as lines, what is going on as one line that is drawn again and again. */
import { styleText } from "node:util";
import type { View } from "../model/view.ts";
import { eventText } from "./event-text.ts";
import { liveText } from "./plain.ts";

const DRAW_EVERY_MS = 200;

export interface Screen {
  write: (text: string) => void;
  columns: () => number;
}

export function terminalView(screen: Screen): View & { close: () => void } {
  let current: (() => string) | null = null;
  const clear = () => screen.write("\r\x1b[2K");
  const draw = () => {
    if (current === null) return;
    clear();
    screen.write(current().slice(0, screen.columns() - 1));
  };
  const line = (text: string) => {
    clear();
    screen.write(`${text}\n`);
    draw();
  };
  const timer = setInterval(draw, DRAW_EVERY_MS);
  timer.unref();
  return {
    say: (text) => line(`         ${styleText("dim", text)}`),
    step: (name, done) => {
      if (done) {
        current = null;
        line(`${`${(done.tookMs / 1000).toFixed(1)} s`.padStart(8)} ${name}`);
        return;
      }
      const beganMs = performance.now();
      current = () => `${`${((performance.now() - beganMs) / 1000).toFixed(0)} s`.padStart(8)} ${name} …`;
      draw();
    },
    event: (event) => {
      const text = eventText(event);
      if (text !== null)
        line(
          `${(event.atMs / 1000).toFixed(1).padStart(6)} s ${event.type === "fault" ? styleText("yellow", text) : text}`,
        );
    },
    live: (state) => {
      const text = `${(state.atMs / 1000).toFixed(1).padStart(6)} s ${liveText(state)}`;
      current = () => (state.silentMs > 0 ? styleText("red", text) : text);
      draw();
    },
    close: () => {
      clearInterval(timer);
      current = null;
      clear();
    },
  };
}
