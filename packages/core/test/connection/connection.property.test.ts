import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { fromBase64Url, toBase64Url } from '../../src/bytes.ts';
import { sealMessage, type ConnectionEvent, type Session } from '../../src/connection/index.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import { SENDER, type NegotiationMessage } from '../../src/protocol/types.ts';
import {
  ConnectionHost,
  mirror,
  RECEIVER,
  sessionFrom,
  SUMMARY,
  type ConnectionRole,
} from './connection-host.ts';
import { flipped } from '../support/noise-scenario.ts';

const MESSAGE: NegotiationMessage = { type: 'restart.wanted', generation: 1 };

/** Something that may happen. Numbers are distances from the newest generation, or choose a bit. */
const happenings = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('progress' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('elapse' as const), which: fc.nat(2) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'lane.opened' as const,
        'lane.closed' as const,
        'lane.suspected' as const,
        'negotiation.failed' as const,
        'reconnect' as const,
      ),
      ahead: fc.constantFrom(-1, 0, 0, 1),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'signaling.lost' as const,
        'sender online' as const,
        'sender offline' as const,
        'receiver offline' as const,
        'traffic.received' as const,
        'control.sent' as const,
        'path.suspected' as const,
        'generation.spoiled' as const,
        'retry.requested' as const,
        'spoke' as const,
        'heard' as const,
        'repeated' as const,
        'skipped' as const,
        'older session' as const,
        'hello' as const,
        'summary' as const,
        'foreign peer' as const,
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('flipped' as const), bit: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('opened' as const),
      ahead: fc.integer({ min: -1, max: 2 }),
    }),
  },
);
const courses = fc.array(happenings, { maxLength: 40 });
const earlierVisits = fc.constantFrom(0, 0, 1, 7);
type Happening = typeof happenings extends fc.Arbitrary<infer One> ? One : never;

/** Turns happenings into events, and knows which of them must have no effect. */
class Course {
  readonly host: ConnectionHost;
  readonly #sessions: Session[] = [];
  #opened = 100;

  constructor(role: ConnectionRole, earlier: number) {
    this.host = new ConnectionHost(role, { earlier });
  }

  happen(what: Happening): void {
    if (this.host.stepper.isOver) return;
    this.#do(what);
    const { session } = this.host;
    if (session !== undefined && session.id !== this.#sessions.at(-1)?.id)
      this.#sessions.push(session);
  }

  #do(what: Happening): void {
    const { host } = this;
    switch (what.kind) {
      case 'progress':
        return this.#progress();
      case 'elapse': {
        const ids = [...host.stepper.timers.keys()];
        if (ids.length > 0) host.elapse(ids[what.which % ids.length] ?? '');
        return;
      }
      case 'lane.opened':
      case 'lane.closed':
      case 'lane.suspected':
      case 'negotiation.failed':
        return this.#tell(
          { type: what.kind, generation: host.generation + what.ahead },
          what.ahead !== 0,
        );
      case 'opened':
        return this.#open(host.generation + what.ahead);
      case 'spoke':
        host.send({
          type: 'negotiation.sent',
          message: { ...MESSAGE, generation: host.generation },
        });
        return this.#tell(
          { type: 'negotiation.sent', message: { ...MESSAGE, generation: host.generation - 1 } },
          true,
        );
      case 'signaling.lost':
      case 'traffic.received':
      case 'control.sent':
      case 'path.suspected':
      case 'generation.spoiled':
      case 'retry.requested':
        return this.#tell({ type: what.kind }, false);
      case 'reconnect':
        return this.#receiveReconnect(host.generation + what.ahead);
      case 'sender online':
        return this.#tell({ type: 'peer.online', peer: SENDER }, false);
      case 'sender offline':
        return this.#tell({ type: 'peer.offline', peer: SENDER }, false);
      case 'receiver offline':
        return this.#tell({ type: 'peer.offline', peer: RECEIVER }, host.role === 'initiator');
      default:
        return this.#hear(what);
    }
  }

  #progress(): void {
    const { host } = this;
    if (host.state === 'waiting' && host.role === 'responder') host.negotiate();
    else if (host.state === 'waiting') host.send({ type: 'signaling.joined', peers: [SENDER] });
    else if (host.state === 'drawing') host.draw();
    else if (host.state === 'handshaking') host.greet();
    else if (['backingOff', 'awaitingPlace'].includes(host.state)) host.elapse('backoff');
    else if (host.session !== undefined) host.hear({ ...MESSAGE, generation: host.generation });
  }

  // G7: only the current generation can be lost, and only a responder reports it.
  #receiveReconnect(generation: number): void {
    const { host } = this;
    if (host.session === undefined || generation < 1) return;
    const envelope = host.envelopeOf({ type: 'reconnect.wanted', generation });
    if (host.role === 'responder') return this.#spoil(envelope);
    const { value, generation: own } = { value: host.stepper.value, generation: host.generation };
    host.send({ type: 'relay.received', envelope }, true);
    if (generation === own) expect([host.state, host.live]).toEqual(['backingOff', undefined]);
    else expect(host.stepper.value).toEqual(value);
  }

  #open(generation: number): void {
    const { host } = this;
    // Initiators' hosts get no sessions from a bundle.
    if (host.role === 'initiator' || generation < 1) return;
    const isNew = generation > host.generation;
    const { value, context } = host.stepper;
    const session = sessionFrom(++this.#opened);
    const commands = host.send({ type: 'session.opened', session, generation });
    if (isNew) return expect(host.session).toBe(session);
    // G2: the session of an old generation is ended, and nothing else.
    expect([host.stepper.value, host.stepper.context]).toEqual([value, context]);
    const envelope = { peer: RECEIVER, session: session.id, seq: 1, data: '' };
    expect(commands).toEqual([{ type: 'relay.send', envelope }]);
  }

  #hear(what: Extract<Happening, { kind: string }>): void {
    const { host } = this;
    const older = this.#sessions.find(({ id }) => id !== host.session?.id);
    if (what.kind === 'older session' && older !== undefined)
      return this.#tell(
        {
          type: 'relay.received',
          envelope: { ...sealMessage(mirror(older), MESSAGE).envelope, peer: older.peer },
        },
        true,
      );
    if (host.state === 'handshaking') return this.#receiveAnswer(what, host.answer());
    if (host.session === undefined) return;
    const next = host.envelopeOf(MESSAGE);
    switch (what.kind) {
      case 'heard':
        return void host.hear(MESSAGE);
      case 'repeated':
        return this.#tell(
          { type: 'relay.received', envelope: { ...next, seq: next.seq - 1 } },
          true,
        );
      case 'foreign peer':
        return this.#tell(
          { type: 'relay.received', envelope: { ...next, peer: toBase64Url(new Uint8Array(16)) } },
          true,
        );
      case 'skipped':
        return this.#spoil({ ...next, seq: next.seq + 1 });
      case 'hello':
        return this.#spoil(
          host.envelopeOf({ type: 'hello', version: 2, delivery: RECEIVER, generation: 9 }),
        );
      // N10: only the sender's first message is one.
      case 'summary':
        return this.#spoil(host.envelopeOf({ type: 'summary', ...SUMMARY }));
      case 'flipped':
        return this.#spoil({
          ...next,
          data: toBase64Url(flipped(fromBase64Url(next.data), what.bit)),
        });
      default:
        return;
    }
  }

  // N3: a message that doesn't answer the newest handshake is ignored. An answer that can't be read is refused.
  #receiveAnswer(what: Happening, answer: Envelope): void {
    const other = toBase64Url(new Uint8Array(16));
    const inVain = new Map<string, Envelope>([
      ['older session', { ...answer, session: other }],
      ['foreign peer', { ...answer, peer: other }],
      ['skipped', { ...answer, seq: 1 }],
    ]).get(what.kind);
    if (inVain !== undefined) return this.#tell({ type: 'relay.received', envelope: inVain }, true);
    // N10: the sender's first message is a summary or a goodbye.
    if (what.kind === 'heard') {
      this.host.send({ type: 'relay.received', envelope: answer });
      return this.#spoil(this.host.envelopeOf(MESSAGE));
    }
    if (what.kind !== 'flipped') return;
    const data = toBase64Url(flipped(fromBase64Url(answer.data), what.bit));
    this.host.send({ type: 'relay.received', envelope: { ...answer, data } });
    expect(['backingOff', 'failed']).toContain(this.host.state);
  }

  // I6: the session is over, and everything that needs it. An open lane is not.
  #spoil(envelope: Envelope): void {
    const { host } = this;
    const wasEstablished = host.isEstablished;
    host.send({ type: 'relay.received', envelope });
    expect(host.session).toBeUndefined();
    expect(host.isEstablished).toBe(wasEstablished);
    expect(host.live !== undefined).toBe(wasEstablished);
  }

  #tell(event: ConnectionEvent, isInVain: boolean): void {
    if (isInVain) this.host.stepper.sendInVain(event);
    else this.host.send(event);
  }
}

describe.each([
  { role: 'responder', numRuns: 500 },
  { role: 'initiator', numRuns: 500 },
] as const)('the $role', ({ role, numRuns }) => {
  test('I5, I6, I7, I11, N2, N3, G1, G2, G7, G8: the invariants hold after every event', () => {
    fc.assert(
      fc.property(courses, fc.boolean(), earlierVisits, (sequence, ends, earlier) => {
        const course = new Course(role, earlier);
        for (const what of sequence) course.happen(what);
        if (ends) course.host.send({ type: 'connection.ended' });
      }),
      { numRuns },
    );
  });

  test('N3: any bit of any envelope ends its session', () => {
    const host = new ConnectionHost(role);
    host.connect();
    const origin = host.stepper.snapshot;
    const { data, ...rest } = host.envelopeOf(MESSAGE);
    const bytes = fromBase64Url(data);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      host.stepper.snapshot = origin;
      const envelope = { ...rest, data: toBase64Url(flipped(bytes, bit)) };
      expect(host.stepper.send({ type: 'relay.received', envelope })).toHaveLength(
        role === 'responder' ? 1 : 0,
      );
      expect(host.session).toBeUndefined();
    }
  });
});
