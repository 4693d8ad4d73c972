/**
 * One device: it measures all the time and numbers what it has measured, without a gap. It knows both regions' brokers and
 * uses one of them until its connection dies; then it tries them in turn, the other one first. What its broker has not taken
 * over it keeps, and sends again, in order, over the next connection.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { TOPIC } from "../../model/load/device-message.ts";
import { otherSite, type SiteName } from "../../model/plan/site.ts";
import type { DeviceLine } from "../../model/record/device.ts";
import type { Devices } from "../../system/devices.ts";
import type { Connect, Connection } from "./connection.ts";

export interface DeviceMeans {
  connect: Connect;
  brokerAt: Devices["brokerAt"];
  now: () => number;
  tell: (line: DeviceLine) => void;
  /** Between two tries to connect. */
  retryMs: number;
}

export class Device {
  readonly name: string;
  readonly #means: DeviceMeans;
  /** Numbers of messages that no broker has taken over yet, in order. */
  readonly #kept: number[] = [];
  #made = 0;
  #lost = 0;
  /** Up to this number each was sent at least once. */
  #sent = 0;
  #open: { connection: Connection; side: SiteName } | null = null;
  readonly #over = new AbortController();

  constructor(name: string, means: DeviceMeans) {
    this.name = name;
    this.#means = means;
  }

  get kept(): number {
    return this.#kept.length;
  }

  get counts(): { made: number; handedOver: number; lost: number } {
    return { made: this.#made, handedOver: this.#made - this.#kept.length, lost: this.#lost };
  }

  measure(): void {
    this.#made += 1;
    this.#kept.push(this.#made);
    if (this.#open !== null) this.#send(this.#made, this.#open);
  }

  /** Keeps it connected until its end, first to that side's broker; `connected` is called at each new connection. */
  async run(first: SiteName, connected: () => void = () => {}): Promise<void> {
    const { tell, now, retryMs } = this.#means;
    const { signal } = this.#over;
    for (let side = first; !signal.aborted; side = otherSite(side)) {
      const connection = await this.#connect(side);
      if (connection === null || signal.aborted) {
        connection?.end();
        await sleep(retryMs, undefined, { signal }).catch(() => {});
        continue;
      }
      const open = { connection, side };
      this.#open = open;
      tell({ type: "connected", device: this.name, side, atMs: now() });
      for (const seq of [...this.#kept]) this.#send(seq, open);
      connected();
      await connection.closed;
      this.#open = null;
      connection.end();
      // One that the device itself has ended was not lost.
      if (signal.aborted) return;
      this.#lost += 1;
      tell({ type: "disconnected", device: this.name, side, atMs: now() });
    }
  }

  end(): void {
    this.#over.abort();
    this.#open?.connection.end();
  }

  async #connect(side: SiteName): Promise<Connection | null> {
    const { connect, brokerAt } = this.#means;
    try {
      return await connect(await brokerAt(side), this.name);
    } catch {
      return null;
    }
  }

  #send(seq: number, { connection, side }: { connection: Connection; side: SiteName }): void {
    const { tell, now } = this.#means;
    const message = { device: this.name, seq };
    const again = seq <= this.#sent;
    this.#sent = Math.max(this.#sent, seq);
    tell({ type: "sent", ...message, side, again, atMs: now() });
    const text = JSON.stringify({ ...message, value: seq % 100 });
    connection.publish(TOPIC.of(this.name), text, (reason) => {
      const place = this.#kept.indexOf(seq);
      // By a broker that had it already, over a connection that was lost.
      if (place < 0) return;
      this.#kept.splice(place, 1);
      tell({ type: "handed-over", ...message, side, reason, atMs: now() });
    });
  }
}
