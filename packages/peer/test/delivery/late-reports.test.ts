// I5: late reports of a flow, a channel or a sink about an older generation, once another has begun. A worker's
// reports may be late, and can't be called back.

import {
  createPlan,
  emptyPieces,
  piecesOf,
  type ReceiverDeliveryCommand,
  type Manifest,
  type ReceiverDeliveryEvent,
} from '@burritoshare/core';
import { describe, expect, test } from 'vitest';
import type { BulkHandlers } from '../../src/engines/engine-pair.ts';
import type { EngineFailure } from '../../src/engines/engine.ts';
import type { InflowReport, InflowRequest } from '../../src/engines/inflow-engine.ts';
import { createInflowHost } from '../../src/receiver/inflow-host.ts';
import type { OutflowReport, OutflowRequest } from '../../src/engines/outflow-engine.ts';
import { createOutflowHost } from '../../src/sender/outflow-host.ts';
import type { ReceiverPlatform, SenderPlatform } from '../../src/platform.ts';
import type { Held, Sink, Source } from '../../src/storage/ports.ts';
import { createSinkHost } from '../../src/receiver/sink-host.ts';

const MANIFEST: Manifest = {
  name: 'bundle',
  entries: [{ kind: 'file', path: 'a', size: 3_000_000, modified: null, mediaType: '' }],
  bytes: 3_000_000,
};
const HANDLERS: BulkHandlers = { opened: () => undefined, closed: () => undefined };
const channel = {} as RTCDataChannel;

function outflow() {
  const heard: string[] = [];
  const asked: OutflowRequest[] = [];
  let report: (said: OutflowReport | EngineFailure) => void = () => undefined;
  const platform = {
    openOutflowEngine(tell: typeof report) {
      report = tell;
      return { handle: (request: OutflowRequest) => void asked.push(request) };
    },
    openSource: () => ({ close: () => undefined }) as Source,
  } as unknown as SenderPlatform;
  const host = createOutflowHost({
    platform,
    manifest: MANIFEST,
    files: [],
    dispatch: (source) => void heard.push(source.command.type),
    channelOf: () => undefined,
    arrived: () => void heard.push('arrived'),
    sampled: () => void heard.push('sampled'),
    failed: () => void heard.push('failed'),
  });
  const start = (): number => {
    const bulk = host.adopt(channel, HANDLERS);
    host.start(
      {
        type: 'outflow.start',
        credit: 1,
        held: emptyPieces,
        failedFiles: [],
        leftOut: emptyPieces,
      },
      bulk,
    );
    const begun = asked.findLast((request) => request.type === 'flow.start');
    return begun?.flow ?? expect.fail('no flow was started');
  };
  const stop = (): void => host.hear({ type: 'outflow.stopped' });
  return { heard, start, stop, report: (said: OutflowReport) => report(said) };
}

interface FlowHost<Report> {
  readonly heard: readonly string[];
  readonly start: () => number;
  readonly stop: () => void;
  readonly report: (said: Report) => void;
}

/** I5: expects that a flow's reports count until it ends, and not after that. */
function expectNewestAlone<Report>(
  { heard, start, stop, report }: FlowHost<Report>,
  make: (flow: number) => Report,
): void {
  const older = start();
  report(make(older));
  expect(heard).toHaveLength(1);
  stop();
  report(make(older));
  expect(heard, 'between two generations').toHaveLength(1);
  const newer = start();
  report(make(older));
  expect(heard, 'in the next one').toHaveLength(1);
  report(make(newer));
  expect(heard).toHaveLength(2);
}

const OUTFLOW_REPORTS: readonly ((flow: number) => OutflowReport)[] = [
  (flow) => ({ type: 'flow.command', flow, command: { type: 'progress.made', bytes: 1 } }),
  (flow) => ({
    type: 'flow.command',
    flow,
    command: { type: 'outflow.finished', failedFiles: [] },
  }),
  (flow) => ({ type: 'flow.failed', flow, code: 'internal' }),
  (flow) => ({ type: 'traffic.received', flow }),
  (flow) => ({ type: 'sample.taken', flow, bytes: 1, milliseconds: 1, inFlight: 1 }),
];

describe('I5: the sender’s newest flow', () => {
  test.each(OUTFLOW_REPORTS.map((make) => [make(0).type, make] as const))(
    'an older one’s `%s` is dropped',
    (_, make) => expectNewestAlone(outflow(), make),
  );
});

function inflow() {
  const heard: string[] = [];
  const asked: InflowRequest[] = [];
  let report: (said: InflowReport | EngineFailure) => void = () => undefined;
  const platform = {
    openInflowEngine(tell: typeof report) {
      report = tell;
      return { handle: (request: InflowRequest) => void asked.push(request) };
    },
  } as unknown as ReceiverPlatform;
  const host = createInflowHost({
    platform,
    dispatch: (source) => void heard.push(source.command.type),
    connected: () => void heard.push('connected'),
    failed: () => void heard.push('failed'),
  });
  const start = (): number => {
    const bulk = host.adopt(channel, HANDLERS);
    const command = { manifest: MANIFEST, held: emptyPieces, leftOut: emptyPieces, window: 1 };
    host.start({ type: 'inflow.start', ...command }, {} as Sink, bulk);
    const begun = asked.findLast((request) => request.type === 'flow.start');
    return begun?.flow ?? expect.fail('no flow was started');
  };
  const stop = (): void => host.hear({ type: 'inflow.stopped' });
  return { heard, start, stop, report: (said: InflowReport) => report(said) };
}

const INFLOW_REPORTS: readonly ((flow: number) => InflowReport)[] = [
  (flow) => ({ type: 'flow.command', flow, command: { type: 'inflow.started' } }),
  (flow) => ({
    type: 'flow.command',
    flow,
    command: { type: 'credit.send', upTo: 2, settled: 1 },
  }),
  (flow) => ({ type: 'flow.failed', flow, code: 'internal' }),
  // It would keep alive a connection whose other side is silent.
  (flow) => ({ type: 'traffic.received', flow, news: 'some' }),
];

describe('I5: the receiver’s newest flow', () => {
  test.each(INFLOW_REPORTS.map((make) => [make(0).type, make] as const))(
    'an older one’s `%s` is dropped',
    (_, make) => expectNewestAlone(inflow(), make),
  );
});

/** A sink whose answers come when the test says so. */
function sinks() {
  const told: ReceiverDeliveryEvent[] = [];
  const failures: unknown[] = [];
  const answers: { readonly resolve: (answer: never) => void; reject(error: unknown): void }[] = [];
  const later = <Answer>(): Promise<Answer> =>
    new Promise((resolve, reject) => answers.push({ resolve, reject }));
  const sink = { list: () => later<Held>(), seal: () => later<void>() } as unknown as Sink;
  const host = createSinkHost({
    platform: { sinks: { probe: () => later() } } as unknown as ReceiverPlatform,
    link: {} as never,
    delivery: '',
    token: new Uint8Array(32),
    resumed: sink,
    tell: (event) => void told.push(event),
    failed: (error) => void failures.push(error),
  });
  return { host, told, failures, answers };
}

function held(first: number, end: number): Held {
  return { pieces: piecesOf([{ first, end }]), leafOf: () => new Uint8Array(32) };
}

const QUESTIONS: readonly (readonly [ReceiverDeliveryCommand, unknown, unknown])[] = [
  [{ type: 'sink.list' }, held(0, 1), held(0, createPlan(MANIFEST).pieces)],
  [{ type: 'sink.seal', absent: [] }, undefined, undefined],
  [
    { type: 'sink.probe', manifest: MANIFEST },
    { kind: 'memory' },
    { kind: 'none', code: 'disk.full', limit: 1 },
  ],
];

describe('I5: the newest question to a sink', () => {
  test.each(QUESTIONS.map(([command, ...answers]) => [command.type, command, answers] as const))(
    '`%s`: the answer to an older one is dropped',
    async (_, command, [older, newer]) => {
      const { host, told, answers } = sinks();
      host.handle({ ...command });
      host.handle({ ...command });
      await settled();
      answers[0]?.resolve(older as never);
      await settled();
      expect(told).toEqual([]);
      expect(host.heldMessages(emptyPieces)).toEqual([]);
      answers[1]?.resolve(newer as never);
      await settled();
      expect(told).toHaveLength(1);
      if (command.type === 'sink.probe')
        expect(told).toEqual([{ type: 'sink.probed', sink: newer }]);
      if (command.type === 'sink.list')
        expect(host.heldMessages(piecesOf([{ first: 0, end: 3 }]))).toMatchObject([
          { first: 0, leaves: { length: 3 * 32 } },
        ]);
    },
  );

  test('`sink.probe`: the failure of an older one is dropped, too', async () => {
    const { host, failures, answers } = sinks();
    host.handle({ type: 'sink.probe', manifest: MANIFEST });
    host.handle({ type: 'sink.probe', manifest: MANIFEST });
    answers[0]?.reject(new Error('gone'));
    await settled();
    expect(failures).toEqual([]);
    answers[1]?.reject(new Error('gone, too'));
    await settled();
    expect(failures).toHaveLength(1);
  });
});

/** Lets promises settle. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}
