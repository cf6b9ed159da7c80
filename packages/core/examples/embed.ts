import { createActor } from 'xstate';
import * as core from '@burritoshare/core';

/** Copies bytes under the flow control that the web app uses: pieces, credit, back-pressure. */
export function copy(source: Uint8Array): Uint8Array {
  const copied = new Uint8Array(source.length);
  const file = {
    kind: 'file',
    path: 'a',
    size: source.length,
    modified: null,
    mediaType: '',
  } as const;
  const plan = core.createPlan(core.createManifest('bundle', [file]));
  const marks = { highWater: 4 << 20, lowWater: 1 << 20, readAhead: 4 };
  const outflow = createActor(core.outflowMachine, { input: { plan, files: 1, ...marks } });
  const credit = { window: core.CREDIT_WINDOW_BYTES, batch: core.CREDIT_BATCH_BYTES };
  const inflow = createActor(core.inflowMachine, { input: { plan, files: 1, ...credit } });

  outflow.on('piece.load', ({ ordinal }) => outflow.send({ type: 'piece.read', ordinal }));
  outflow.on('chunks.send', ({ lane, ordinal, from, to }) => {
    const { offset, length } = core.pieceAt(plan, ordinal);
    const start = offset + from * core.CHUNK_BYTES;
    const end = offset + Math.min(length, to * core.CHUNK_BYTES);
    copied.set(source.subarray(start, end), start); // your wire goes here
    if (end === offset + length) inflow.send({ type: 'piece.assembled', ordinal });
    outflow.send({ type: 'chunks.sent', lane, buffered: 0 });
  });
  inflow.on('piece.store', ({ ordinal }) => inflow.send({ type: 'piece.stored', ordinal }));
  inflow.on('credit.send', (command) => outflow.send({ ...command, type: 'credit.received' }));

  inflow.start();
  outflow.start().send({ type: 'outflow.started', credit: credit.window });
  return copied;
}
