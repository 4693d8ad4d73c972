/** A view of something that starts before it may be shown: output is queued until `until` resolves, then shown. */
import type { View } from "../model/console/view.ts";

type Closed = View & { close: () => void };

export function heldBack(open: () => Closed, until: Promise<void>): Closed {
  let view: Closed | null = null;
  let isClosed = false;
  const queued: ((view: View) => void)[] = [];
  const show = (what: (view: View) => void) => {
    if (view === null) queued.push(what);
    else what(view);
  };
  until.then(() => {
    view = open();
    for (const what of queued) what(view);
    if (isClosed) view.close();
  });
  return {
    say: (line) => show((view) => view.say(line)),
    step: (name, done) => show((view) => view.step(name, done)),
    event: (event) => show((view) => view.event(event)),
    live: (state) => show((view) => view.live(state)),
    close: () => {
      isClosed = true;
      view?.close();
    },
  };
}
