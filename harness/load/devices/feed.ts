/** All devices of a drill. */
import { setTimeout as sleep } from "node:timers/promises";
import { deviceName } from "../../model/load/device-message.ts";
import type { Feed } from "../../model/plan/devices.ts";
import { FIRST_PRIMARY } from "../../model/plan/site.ts";
import { Device, type DeviceMeans } from "./device.ts";

/** For messages not yet handed over when the devices stop measuring. */
const LAST_MS = 10_000;
const CHECK_EVERY_MS = 100;

export class DeviceFeed {
  readonly #devices: readonly Device[];
  readonly #periodMs: number;
  readonly #means: DeviceMeans;
  #runs: Promise<void>[] = [];
  #timers: NodeJS.Timeout[] = [];

  constructor({ count, ratePerSecond }: Feed, means: DeviceMeans) {
    this.#means = means;
    this.#devices = Array.from({ length: count }, (_, place) => new Device(deviceName(place), means));
    this.#periodMs = 1000 / ratePerSecond;
  }

  /** Resolves when each device is connected, to A's broker if that is up. */
  async connect(): Promise<void> {
    const connections = this.#devices.map(
      (device) => new Promise<void>((resolve) => void this.#runs.push(device.run(FIRST_PRIMARY, resolve))),
    );
    await Promise.all(connections);
  }

  /** Starts the devices, each at its rate, spread evenly over a period. */
  begin(): void {
    const { length } = this.#devices;
    for (const [place, device] of this.#devices.entries()) {
      const first = setTimeout(
        () => {
          device.measure();
          this.#timers.push(setInterval(() => device.measure(), this.#periodMs));
        },
        (this.#periodMs * place) / length,
      );
      this.#timers.push(first);
    }
  }

  /** Stops measuring. Resolves with the number of messages handed over, when that is all or the time is up. */
  async stop(): Promise<number> {
    for (const timer of this.#timers) clearInterval(timer);
    const endMs = this.#means.now() + LAST_MS;
    const kept = () => this.#devices.reduce((sum, device) => sum + device.kept, 0);
    while (kept() > 0 && this.#means.now() < endMs) await sleep(CHECK_EVERY_MS);
    return this.#devices.reduce((sum, { counts }) => sum + counts.handedOver, 0);
  }

  /** Ends the connections and the ledger. */
  async end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    for (const device of this.#devices) device.end();
    await Promise.all(this.#runs);
    const counts = Object.fromEntries(this.#devices.map(({ name, counts }) => [name, counts]));
    this.#means.tell({ type: "devices-end", counts, atMs: this.#means.now() });
  }
}
