/** The progress that people see while images are fetched or built: which, how many are ready, and how long it took. */
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

  /** `doing` stands before the image's name: "pulling", "building". */
  begin(image: string, doing: string): void {
    this.#doing.set(image, doing);
    this.#tell();
    this.#timer ??= setInterval(() => this.#tell(), EVERY_MS).unref();
  }

  /** An image that was there already counts too, without a message. */
  ready(image: string): void {
    this.#ready += 1;
    this.#doing.delete(image);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #tell(): void {
    const seconds = Math.round((performance.now() - this.#beganMs) / 1000);
    const doing = [...this.#doing].map(([image, what]) => `${what} ${image}`).join(", ");
    this.#say(`images: ${this.#ready} of ${this.#of} ready after ${seconds} s; ${doing}`);
  }
}
