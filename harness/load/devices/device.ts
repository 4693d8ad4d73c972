/**
 * One device. It measures all the time and numbers its messages without gaps. It knows both regions' brokers and uses
 * one until the connection dies; then it tries both in turn, the other one first. It keeps messages that are not handed
 * over yet, and resends them in order over the next connection.
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
  /** Between two attempts to connect. */
  retryMs: number;
}

export class Device {
  readonly name: string;
  readonly #means: DeviceMeans;
  /** Numbers of messages that are not handed over yet, in order. */
  readonly #kept: number[] = [];
  #made = 0;
  #lost = 0;
  /** All messages up to this number were sent at least once. */
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

  /**
   * Keeps the device connected until `end`, first to that site's broker. `connected` is called at each new connection.
   */
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
      // A connection that the device itself ended was not lost.
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
      // A late PUBACK for a message that another broker has acknowledged since.
      if (place < 0) return;
      this.#kept.splice(place, 1);
      tell({ type: "handed-over", ...message, side, reason, atMs: now() });
    });
  }
}
