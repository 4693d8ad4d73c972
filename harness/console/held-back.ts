/** A view of something that begins before it may be shown: what it tells until then is shown at that moment. */
import type { View } from "../model/console/view.ts";

type Closed = View & { close: () => void };

export function heldBack(open: () => Closed, until: Promise<void>): Closed {
  let view: Closed | null = null;
  let isClosed = false;
  const told: ((view: View) => void)[] = [];
  const tell = (what: (view: View) => void) => {
    if (view === null) told.push(what);
    else what(view);
  };
  until.then(() => {
    view = open();
    for (const what of told) what(view);
    if (isClosed) view.close();
  });
  return {
    say: (line) => tell((view) => view.say(line)),
    step: (name, done) => tell((view) => view.step(name, done)),
    event: (event) => tell((view) => view.event(event)),
    live: (state) => tell((view) => view.live(state)),
    close: () => {
      isClosed = true;
      view?.close();
    },
  };
}
