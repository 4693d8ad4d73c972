/** Reports progress while images are pulled or built: which ones, how many are ready, and the time so far. */
import type { Say } from "../../model/console/say.ts";

const EVERY_MS = 30_000;

export class ImageProgress {
  readonly #say: Say;
  readonly #of: number;
  readonly #beganMs = performance.now();
  readonly #doing = new Map<string, string>();
  #ready = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(of: number, say: Say) {
    this.#of = of;
    this.#say = say;
  }

  /** `doing` precedes the image's name: "pulling", "building". */
  begin(image: string, doing: string): void {
    this.#doing.set(image, doing);
    this.#report();
    this.#timer ??= setInterval(() => this.#report(), EVERY_MS).unref();
  }

  /** Counts an image that was already present, too, without a message. */
  ready(image: string): void {
    this.#ready += 1;
    this.#doing.delete(image);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #report(): void {
    const seconds = Math.round((performance.now() - this.#beganMs) / 1000);
    const doing = [...this.#doing].map(([image, what]) => `${what} ${image}`).join(", ");
    this.#say(`images: ${this.#ready} of ${this.#of} ready after ${seconds} s; ${doing}`);
  }
}
