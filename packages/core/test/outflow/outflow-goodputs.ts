import { CHUNK_BYTES, FRAME_HEADER_BYTES } from '../../src/constants.ts';
import type { OutflowEvent } from '../../src/outflow/index.ts';

/** Bytes of a message with a whole chunk. */
export const MESSAGE_BYTES = CHUNK_BYTES + FRAME_HEADER_BYTES;

export type Measured = Extract<OutflowEvent, { type: 'goodput.measured' }>;

/** The reports to a sender about its lanes' paths, and how much each lane may have in flight by them. */
export class OutflowGoodputs {
  /** Bytes a second and milliseconds, as reported to the machine. */
  readonly #told = new Map<number, { rate: number; roundTrip: number | undefined }>();

  note({ lane, bytesPerSecond, queue, roundTrip }: Measured): void {
    const rate = Math.max(0, bytesPerSecond || 0);
    const before = this.#told.get(lane)?.rate ?? 0;
    const least = queue === 'dry' ? Math.max(before, 2 * rate) : rate;
    this.#told.set(lane, { rate: least, roundTrip });
  }

  forget(lane: number): void {
    this.#told.delete(lane);
  }

  carriedBy(lane: number): number | undefined {
    const { rate, roundTrip } = this.#told.get(lane) ?? { rate: 0, roundTrip: undefined };
    if (roundTrip === undefined) return undefined;
    const least = 8 * MESSAGE_BYTES;
    if (roundTrip < 5) return Math.max(least, rate);
    const most = Math.max(192 * 1024, 2_000 * roundTrip);
    return Math.min(Math.max(least, (2 * rate * (roundTrip + 10)) / 1000), most);
  }
}
