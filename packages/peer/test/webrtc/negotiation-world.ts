import type {
  NegotiationCommand,
  NegotiationMessage,
  negotiationMachine,
} from '@burritoshare/core';
import { createRandom, createVirtualClock, createVirtualNetwork } from '@burritoshare/core/testing';
import type { Scheduler } from 'fast-check';
import { expect } from 'vitest';
import type { Actor } from 'xstate';

import type { Platform } from '../../src/platform.ts';
import {
  createFakeInternet,
  createPartyClock,
  trace,
  type PartyClock,
} from '../../src/testing/index.ts';
import { createLaneZero, type LaneZero } from '../../src/webrtc/lane-zero.ts';
import { RacedConnection, type Told } from './raced-connection.ts';

type Side = 'A' | 'B';

/** A new generation begins with the initiator's first message of a new session. */
type Message = NegotiationMessage | { readonly type: 'hello'; readonly generation: number };

interface End {
  readonly laneZero: LaneZero;
  generation: number;
  connection: RacedConnection | undefined;
  negotiation: Actor<typeof negotiationMachine> | undefined;
}

/**
 * Two ends that negotiate through sessions. Messages keep their order within a session and a direction, and are late
 * and interleaved otherwise; those of an abandoned session still arrive. The scheduler decides the order of
 * everything that takes time.
 */
export class NegotiationWorld {
  readonly violations: string[] = [];
  readonly #scheduler: Scheduler;
  readonly #saysUfrags: boolean;
  readonly #ends: Readonly<Record<Side, End>>;
  readonly #pipes = new Map<string, Message[]>();
  // The last round that was described, by side and generation.
  readonly #described = new Map<string, number>();
  // How often a restart was asked for, by generation.
  readonly #requests = new Map<number, number>();

  /**
   * `saysUfrags`: whether the platform says which description a candidate belongs to. `isPrompt`: connections take
   * no time, and messages alone race.
   */
  constructor(scheduler: Scheduler, { saysUfrags = true, isPrompt = false } = {}) {
    this.#scheduler = scheduler;
    this.#saysUfrags = saysUfrags;
    const clock = scheduledClock(scheduler, isPrompt);
    const random = createRandom(1);
    const network = createVirtualNetwork(clock, random);
    // Nothing is connected: tests look at the messages, not at what comes of them.
    const internet = createFakeInternet(network, clock, random, { hasWay: false });
    const endOf = (side: Side): End => this.#createEnd(side, clock, internet);
    this.#ends = { A: endOf('A'), B: endOf('B') };
  }

  get rounds(): number {
    return snapshotOf(this.#ends.A).context.round;
  }

  begin(): void {
    this.#startGeneration(1);
  }

  /** Lets something happen at a time of the scheduler's choice. */
  plan(what: 'restart A' | 'restart B' | 'drop'): void {
    void this.#scheduler.schedule(Promise.resolve(), what).then(() => {
      if (what === 'drop') this.#startGeneration(this.#ends.A.generation + 1);
      else this.#requestRestart(what === 'restart A' ? 'A' : 'B');
    });
  }

  /** Both ends are stable on the same generation and round, with all candidates of that round and no others. */
  expectAgreement(): void {
    const { A: a, B: b } = this.#ends;
    const [of, to] = [snapshotOf(a), snapshotOf(b)];
    expect([of.value, to.value], 'I8').toEqual(['stable', 'awaitingOffer']);
    expect(b.generation, 'I7').toBe(a.generation);
    expect(to.context.round, 'G3').toBe(of.context.round);
    const requests = this.#requests.get(a.generation) ?? 0;
    expect(of.context.round, 'G5').toBeGreaterThanOrEqual(requests === 0 ? 1 : 2);
    expect(of.context.round, 'G5').toBeLessThanOrEqual(1 + requests);
    expectSame(a, b);
    expectSame(b, a);
  }

  #createEnd(side: Side, clock: PartyClock, internet: ReturnType<typeof createFakeInternet>): End {
    const platform = {
      clock,
      createPeerConnection: () => {
        end.connection = new RacedConnection({
          name: `${side}${end.generation}`,
          internet,
          saysUfrags: this.#saysUfrags,
          violated: (what) => this.violations.push(what),
        });
        return end.connection as unknown as RTCPeerConnection;
      },
      [trace]: ({ type, rootId, actorRef }) => {
        if (type === '@xstate.actor' && actorRef.sessionId === rootId)
          end.negotiation = actorRef as unknown as typeof end.negotiation;
      },
    } satisfies Partial<Platform>;
    const laneZero = createLaneZero({
      platform: platform as unknown as Platform,
      adopt: () => ({
        number: 1,
        awaitChunks: () => undefined,
        close: () => undefined,
        release: () => undefined,
      }),
      iceServers: () => [],
      tell: () => undefined,
      onNegotiation: (command) => {
        this.#carryOut(side, command);
      },
      onControl: () => undefined,
      onPath: () => undefined,
      misbehaved: () => undefined,
      onError: (error) => this.violations.push(`${side}: ${String(error)}`),
    });
    const end: End = { laneZero, generation: 0, connection: undefined, negotiation: undefined };
    return end;
  }

  #requestRestart(side: Side): void {
    const { generation, laneZero } = this.#ends[side];
    if (generation === 0) return;
    this.#requests.set(generation, (this.#requests.get(generation) ?? 0) + 1);
    laneZero.hear({ type: 'restart.requested' });
  }

  #startGeneration(generation: number): void {
    this.#send('A', generation, { type: 'hello', generation });
    this.#start('A', generation);
  }

  #start(side: Side, generation: number): void {
    const end = this.#ends[side];
    end.generation = generation;
    end.laneZero.start(generation, side === 'A');
  }

  #carryOut(side: Side, command: NegotiationCommand): void {
    if (command.type === 'negotiation.failed') this.violations.push(`${side} failed`);
    if (command.type !== 'message.send') return;
    this.#checkOrder(side, command.message);
    this.#send(side, command.message.generation, command.message);
  }

  // G4: a description goes out before what belongs to it.
  #checkOrder(side: Side, message: NegotiationMessage): void {
    if (message.type === 'restart.wanted') return;
    const key = `${side} ${message.generation}`;
    if (message.type === 'description') this.#described.set(key, message.round);
    else if (message.round > (this.#described.get(key) ?? 0))
      this.violations.push(`${side}: a candidate of round ${message.round} before its description`);
  }

  #send(side: Side, session: number, message: Message): void {
    const name = `${side}, session ${session}`;
    const pipe = this.#pipes.get(name) ?? [];
    this.#pipes.set(name, pipe);
    pipe.push(message);
    // The order of a pipe's deliveries doesn't matter: each takes the oldest message.
    void this.#scheduler.schedule(Promise.resolve(), `${name}: ${message.type}`).then(() => {
      const oldest = pipe.shift();
      if (oldest !== undefined) this.#deliver(side === 'A' ? 'B' : 'A', oldest);
    });
  }

  #deliver(side: Side, message: Message): void {
    const end = this.#ends[side];
    if (message.type !== 'hello') end.laneZero.hear({ type: 'message.received', message });
    else if (message.generation > end.generation) this.#start(side, message.generation);
  }
}

function snapshotOf({ negotiation }: End) {
  return negotiation?.getSnapshot() ?? expect.fail('nothing has begun');
}

/** Expects that the other end has this end's description and candidates. */
function expectSame({ connection: one }: End, { connection: other }: End): void {
  const fragment = one?.local ?? '';
  const lines = (told: readonly Told[] | undefined) => told?.map(({ candidate }) => candidate);
  expect(other?.remote, 'G3').toBe(fragment);
  expect(lines(other?.added.get(fragment)), 'G4').toEqual(lines(one?.gathered.get(fragment)));
  expect(one?.gathered.get(fragment)?.at(-1)?.candidate, 'G4').toBe('');
}

/** A clock whose timers run in the scheduler's order, or at once. */
function scheduledClock(scheduler: Scheduler, isPrompt: boolean): PartyClock {
  const cancelled = new Set<number>();
  let last = 0;
  return {
    ...createPartyClock(createVirtualClock()),
    setTimeout(callback) {
      const id = ++last;
      const run = async (): Promise<void> => {
        await (isPrompt ? undefined : scheduler.schedule(Promise.resolve(), `timer ${id}`));
        if (!cancelled.has(id)) callback();
      };
      void run();
      return id;
    },
    clearTimeout(id) {
      if (id !== undefined) cancelled.add(id);
    },
  };
}
