import { createPlan } from '../../src/protocol/plan.ts';
import type { ControlMessage, FailureCode } from '../../src/protocol/types.ts';
import {
  createRandom,
  createVirtualClock,
  createVirtualNetwork,
  openLossyChannel,
  type LossyPath,
} from '../../src/testing/index.ts';
import { manifestOf } from './manifest-of.ts';
import { contentOf } from './transfer-content.ts';
import { TransferReceiver } from './transfer-receiver.ts';
import { TransferSender } from './transfer-sender.ts';

/** A course of events, but for what the seed decides. */
export interface TransferOptions {
  readonly seed: number;
  readonly sizes: readonly (number | 'folder')[];
  /** Files that turn out unreadable, each when its piece of this index is read. */
  readonly failures: ReadonlyMap<number, { readonly index: number; readonly code: FailureCode }>;
  readonly window: number;
  readonly batch: number;
  readonly highWater: number;
  readonly lowWater: number;
  readonly readAhead: number;
  readonly lanes: readonly LossyPath[];
  readonly control: LossyPath;
  /** Milliseconds at most for reading, and for storing, a piece. */
  readonly diskDelay: number;
}

/** What became of a transfer. */
export interface TransferResult {
  readonly outflow: { readonly value: unknown; readonly failure: FailureCode | undefined };
  readonly inflow: { readonly value: unknown; readonly failure: FailureCode | undefined };
  /** The receiver's files; undefined for one that failed, or a folder. */
  readonly files: readonly (Uint8Array | undefined)[];
  readonly source: readonly Uint8Array[];
  readonly failed: ReadonlySet<number>;
  readonly events: number;
  readonly pieces: number;
}

/**
 * One bundle from a sender to a receiver: both machines, the assembler, real frames; virtual are the
 * clock, the disks, and the channels, over datagrams that get lost, arrive twice and overtake each other.
 * Overruns of the window, of the queues and of the sender's memory fail at once.
 */
export function runTransfer(options: TransferOptions): TransferResult {
  const { seed, sizes, window, batch, highWater, lowWater, readAhead } = options;
  const clock = createVirtualClock();
  const random = createRandom(seed);
  const network = createVirtualNetwork(clock, random.fork());
  const later = (task: () => void): void =>
    void clock.setTimeout(task, random.between(0, options.diskDelay));
  const lengths = sizes.map((size) => (size === 'folder' ? 0 : size));
  const source = lengths.map((size, file) => contentOf(size, file, seed));
  const shared = {
    plan: createPlan(manifestOf(sizes)),
    files: sizes.filter((size) => size !== 'folder').length,
  };

  const toReceiver = openLossyChannel<string>(clock, network, options.control, {
    onMessage: (text) => receiver.hear(JSON.parse(text) as ControlMessage),
  });
  const toSender = openLossyChannel<string>(clock, network, options.control, {
    onMessage: (text) => sender.hear(JSON.parse(text) as ControlMessage),
  });
  const lanes = options.lanes.map((path, lane) =>
    openLossyChannel<Uint8Array>(clock, network, path, {
      onMessage: (message) => receiver.takeFrame(message),
      onBufferedAmountLow: () => sender.reportDrained(lane),
    }),
  );
  const receiver = new TransferReceiver({
    clock,
    input: { ...shared, window, batch },
    sizes: lengths,
    tell: (message) => toSender.send(JSON.stringify(message)),
    later,
  });
  const sender = new TransferSender({
    clock,
    input: { ...shared, highWater, lowWater, readAhead, lanes: [...lanes.keys()] },
    source,
    failures: options.failures,
    lanes,
    tell: (message) => toReceiver.send(JSON.stringify(message)),
    later,
  });

  receiver.driver.start();
  sender.driver.start();
  toSender.send(JSON.stringify({ type: 'accept', credit: window } satisfies ControlMessage));
  clock.runToIdle();
  sender.checkReleased();
  receiver.checkReleased();
  return resultOf(options, sender, receiver, source, shared.plan.pieces);
}

function resultOf(
  { sizes }: TransferOptions,
  sender: TransferSender,
  receiver: TransferReceiver,
  source: readonly Uint8Array[],
  pieces: number,
): TransferResult {
  const [outflow, inflow] = [sender.driver.snapshot, receiver.driver.snapshot];
  return {
    outflow: { value: outflow.value, failure: outflow.context.failure },
    inflow: { value: inflow.value, failure: inflow.context.failure },
    files: sizes.map((size, file) =>
      size === 'folder' || receiver.failed.has(file) ? undefined : receiver.disk[file],
    ),
    source,
    failed: receiver.failed,
    events: sender.events + receiver.events,
    pieces,
  };
}
