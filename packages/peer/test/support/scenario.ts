import { TEXT_BYTES_MAX } from '@burritoshare/core';
import { expect } from 'vitest';
import type { ChosenFile } from '../../src/index.ts';
import { patterned } from '../../src/testing/index.ts';
import type { ReceiverParty, SenderParty, World } from './world.ts';

/** The counts of a party that holds nothing of the platform any more (I11). */
const NOTHING = { timers: 0, connections: 0, channels: 0, sockets: 0, lostMessages: 0 };

/** A file whose bytes differ from place to place. */
export function fileOf(path: string, size: number, seed = 0): ChosenFile {
  return {
    entry: { kind: 'file', path, size, modified: null, mediaType: '' },
    file: new Blob([patterned(size, seed)]),
  };
}

/** A text that is as long, and whose bytes need be no UTF-8 on their way. */
export function textOf(path: string, size: number, seed = 0): ChosenFile {
  const { file } = fileOf(path, size, seed);
  return { entry: { kind: 'text', path, size, modified: null, mediaType: '' }, file };
}

/** Files of these sizes. Every third one is a text, if it is small enough to be one. */
export function filesOf(sizes: readonly number[]): readonly ChosenFile[] {
  return sizes.map((size, index) =>
    size <= TEXT_BYTES_MAX && index % 3 === 1
      ? textOf(`${index}.txt`, size, index)
      : fileOf(`${index}.bin`, size, index),
  );
}

/** Waits until the person can accept: the offer is there, and the platform has found room or none. */
export async function offered(world: World, receiver: ReceiverParty): Promise<void> {
  const { delivery } = receiver.host;
  await world.until(
    'an offer',
    () => receiver.state === 'offered' && delivery.getSnapshot().context.sink !== undefined,
  );
}

/** Waits for the offer, and accepts it. */
export async function accept(world: World, receiver: ReceiverParty): Promise<void> {
  await offered(world, receiver);
  receiver.accept();
}

/** Compares every byte of every file that did not fail. */
export async function expectSameFiles(
  receiver: ReceiverParty,
  chosen: readonly ChosenFile[],
): Promise<void> {
  const { failedFiles } = receiver.host.delivery.getSnapshot().context;
  for (const [index, { file }] of chosen.entries()) {
    if (file === undefined || failedFiles.some((failed) => failed.file === index)) continue;
    const theirs = Buffer.from(await file.arrayBuffer());
    expect(
      Buffer.compare(Buffer.from(await receiver.fileBytes(index)), theirs),
      `file ${index}`,
    ).toBe(0);
  }
}

/** I12: expects both ends to be complete, with one digest, and all bytes there. */
export async function expectComplete(
  world: World,
  {
    sender,
    receiver,
    chosen,
    number = 1,
  }: {
    readonly sender: SenderParty;
    readonly receiver: ReceiverParty;
    readonly chosen: readonly ChosenFile[];
    readonly number?: number;
  },
): Promise<void> {
  await world.until('the end', () => isOver(receiver.state) && isOver(sender.state(number)));
  expect([sender.state(number), receiver.state]).toEqual(['complete', 'complete']);
  const digest = receiver.host.delivery.getSnapshot().context.digest;
  expect(digest).toBeDefined();
  expect(sender.delivery(number).getSnapshot().context.digest).toEqual(digest);
  await expectSameFiles(receiver, chosen);
}

export function isOver(state: string): boolean {
  return ['complete', 'failed', 'cancelled', 'declined'].includes(state);
}

/** Milliseconds after which a connection that closes has closed, also without the other side's help. */
const CLOSING = 21_000;

/** Stops everybody and expects nothing left: no timer, channel, connection, socket, source or sink (I11). */
export async function expectNothingLeft(
  world: World,
  sender: SenderParty,
  receivers: readonly ReceiverParty[],
): Promise<void> {
  // An end that is over has let go before it is stopped; a complete delivery keeps its files alone.
  await world.pass(CLOSING);
  for (const receiver of receivers) {
    if (!isOver(receiver.state)) continue;
    const isKept = receiver.host.delivery.getSnapshot().matches({ complete: 'unsaved' });
    const kept = isKept ? receiver.sinks.length : 0;
    expect(receiver.held(), 'a receiver that has ended').toEqual({
      ...NOTHING,
      sinks: kept,
      prepared: 0,
    });
  }
  sender.host.stop();
  for (const { host } of receivers) void host.stop();
  await world.pass(CLOSING);
  expect(sender.held(), 'the sender').toEqual({ ...NOTHING, sources: 0 });
  for (const receiver of receivers)
    expect(receiver.held(), 'a receiver').toEqual({ ...NOTHING, sinks: 0, prepared: 0 });
  expect(world.server.rooms, 'rooms').toBe(0);
  expect(world.clock.pending, 'timers of anybody').toBe(0);
}
