import {
  CHUNK_BYTES,
  createPlan,
  encodeFrame,
  FRAME_HEADER_BYTES,
  inflowMachine,
  outflowMachine,
  parseFrame,
  type InflowCommand,
  type InflowEvent,
  type Manifest,
  type OutflowCommand,
  type OutflowEvent,
} from '@burritoshare/core';
import { createDriver, createVirtualClock } from '@burritoshare/core/testing';
import { test } from '@playwright/test';
import { createMachine } from 'xstate';

import { median, report } from './support/report.ts';
import { MEBIBYTE, ROUNDS, scaled } from './support/scale.ts';

const WINDOW = 16 * MEBIBYTE;

/** Events, frames or copies per second. */
function perSecond(count: number, act: () => void): number {
  const began = performance.now();
  act();
  return (1000 * count) / (performance.now() - began);
}

function manifestOf(mebibytes: number): Manifest {
  const size = mebibytes * MEBIBYTE;
  const entry = { kind: 'file', path: 'a', size, modified: null, mediaType: '' } as const;
  return { name: 'a', entries: [entry], bytes: size };
}

/**
 * Sends a bundle through the sender's flow control, over a channel whose queue is always empty. Returns the number of
 * events.
 */
function sendAll(mebibytes: number): number {
  let events = 0;
  const clock = createVirtualClock();
  const plan = createPlan(manifestOf(mebibytes));
  const driver = createDriver(
    outflowMachine,
    { plan, files: 1, highWater: 4 * MEBIBYTE, lowWater: MEBIBYTE, readAhead: 8 },
    {
      clock,
      onCommand(command: OutflowCommand) {
        if (command.type === 'piece.load') send({ type: 'piece.read', ordinal: command.ordinal });
        if (command.type === 'chunks.send')
          send({ type: 'chunks.sent', lane: command.lane, buffered: 0 });
        if (command.type === 'buffer.await')
          send({ type: 'buffer.drained', lane: command.lane, buffered: 0 });
        if (command.type === 'piece.release') {
          released += 1;
          const settled = released * MEBIBYTE;
          send({ type: 'credit.received', upTo: WINDOW + settled, settled });
        }
      },
    },
  );
  let released = 0;
  const send = (event: OutflowEvent): void => {
    events += 1;
    driver.send(event);
  };
  driver.start();
  send({ type: 'outflow.started', credit: WINDOW });
  if (released !== mebibytes) throw new Error(`${released} of ${mebibytes} pieces went out`);
  return events;
}

/** The same for the receiver's flow control. */
function receiveAll(mebibytes: number): number {
  let events = 0;
  const clock = createVirtualClock();
  const plan = createPlan(manifestOf(mebibytes));
  let stored = 0;
  const driver = createDriver(
    inflowMachine,
    { plan, files: 1, window: WINDOW, batch: MEBIBYTE },
    {
      clock,
      onCommand(command: InflowCommand) {
        if (command.type !== 'piece.store') return;
        stored += 1;
        send({ type: 'piece.stored', ordinal: command.ordinal });
      },
    },
  );
  const send = (event: InflowEvent): void => {
    events += 1;
    driver.send(event);
  };
  driver.start();
  for (let ordinal = 0; ordinal < mebibytes; ordinal++) send({ type: 'piece.assembled', ordinal });
  if (stored !== mebibytes) throw new Error(`${stored} of ${mebibytes} pieces were stored`);
  return events;
}

/** A machine that does nothing, to measure the cost of XState itself. */
function stepIdle(events: number): void {
  const idle = createMachine({ id: 'idle', on: { tick: {} } });
  const driver = createDriver(idle, undefined, { clock: createVirtualClock(), onCommand() {} });
  driver.start();
  for (let event = 0; event < events; event++) driver.send({ type: 'tick' });
}

test('core', () => {
  const mebibytes = scaled(2048);
  const frames = scaled(100_000);
  const payload = new Uint8Array(CHUNK_BYTES).fill(7);
  const frame = encodeFrame(0, 0, payload);
  const measured: Record<'out' | 'in' | 'idle' | 'encode' | 'parse' | 'copy', number[]> = {
    out: [],
    in: [],
    idle: [],
    encode: [],
    parse: [],
    copy: [],
  };
  const repeat = (act: () => unknown) => () => {
    for (let count = 0; count < frames; count++) act();
  };
  for (let round = 0; round < ROUNDS; round++) {
    measured.idle.push(perSecond(10_000, () => stepIdle(10_000)));
    measured.out.push(timed(() => sendAll(mebibytes)));
    measured.in.push(timed(() => receiveAll(mebibytes)));
    measured.copy.push(
      perSecond(
        frames,
        repeat(() => payload.slice()),
      ),
    );
    measured.encode.push(
      perSecond(
        frames,
        repeat(() => encodeFrame(0, 0, payload)),
      ),
    );
    measured.parse.push(
      perSecond(
        frames,
        repeat(() => parseFrame(frame)),
      ),
    );
  }
  report('core', 'an idle machine’s events', [
    { what: 'outflow: events', unit: '/s', measured: measured.out, reference: measured.idle },
    { what: 'inflow: events', unit: '/s', measured: measured.in, reference: measured.idle },
  ]);
  report('core-frames', 'a copy of 16 KiB', [
    { what: 'frames encoded', unit: '/s', measured: measured.encode, reference: measured.copy },
    { what: 'frames parsed', unit: '/s', measured: measured.parse, reference: measured.copy },
  ]);
});

test('core-memory', () => {
  const payload = new Uint8Array(CHUNK_BYTES).fill(7);
  const frame = encodeFrame(0, 0, payload);
  const room = new Uint8Array(FRAME_HEADER_BYTES + CHUNK_BYTES);
  const few = 256;
  const repeat = (act: () => unknown) => () => {
    for (let count = 0; count < few; count++) act();
  };
  const line = (what: string, chunks: number, act: () => unknown) => ({
    what,
    unit: 'bytes',
    measured: [allocated(chunks, act)],
    reference: [CHUNK_BYTES],
  });
  const mebibytes = 16;
  const chunks = (mebibytes * MEBIBYTE) / CHUNK_BYTES;
  report('core-memory', 'the chunk itself', [
    line('outflow, for each chunk', chunks, () => sendAll(mebibytes)),
    line('inflow, for each chunk', chunks, () => receiveAll(mebibytes)),
    line(
      'a frame encoded into one buffer',
      few,
      repeat(() => encodeFrame(0, 0, payload, room)),
    ),
    line(
      'a frame encoded',
      few,
      repeat(() => encodeFrame(0, 0, payload)),
    ),
    line(
      'a frame parsed',
      few,
      repeat(() => parseFrame(frame)),
    ),
  ]);
});

/** Bytes allocated for each chunk. Leaves out runs with a garbage collection. */
function allocated(chunks: number, act: () => unknown): number {
  const grown: number[] = [];
  for (let run = 0; run < 200; run++) {
    const before = bytesInUse();
    act();
    const bytes = bytesInUse() - before;
    if (bytes >= 0) grown.push(bytes / chunks);
  }
  return median(grown);
}

function bytesInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function timed(act: () => number): number {
  const began = performance.now();
  return (1000 * act()) / (performance.now() - began);
}
