import type { Scheduler } from 'fast-check';
import { expect } from 'vitest';
import { createActor, type Actor } from 'xstate';

import {
  provideNegotiation,
  type NegotiationCommand,
  type negotiationMachine,
} from '../../src/negotiation/index.ts';
import type { NegotiationMessage } from '../../src/protocol/types.ts';
import { FakePeerConnection } from './fake-peer-connection.ts';

type Side = 'A' | 'B';

/** A new generation begins with the initiator's first message of a new session. */
type Message = NegotiationMessage | { readonly type: 'hello'; readonly generation: number };

interface End {
  readonly generation: number;
  readonly actor: Actor<typeof negotiationMachine>;
  readonly connection: FakePeerConnection;
}

/**
 * Two negotiations that talk through sessions: in order within a session and a direction, late and
 * interleaved otherwise, and what belongs to an abandoned session still arrives.
 */
export class NegotiationWorld {
  readonly violations: string[] = [];
  readonly #scheduler: Scheduler;
  readonly #saysUfrags: boolean;
  readonly #ends = new Map<Side, End>();
  readonly #pipes = new Map<string, Message[]>();
  // The last round that was described, by side and generation.
  readonly #described = new Map<string, number>();
  // How often a restart was asked for, by generation.
  readonly #requests = new Map<number, number>();

  /** `saysUfrags`: whether the platform says which description a candidate belongs to. */
  constructor(scheduler: Scheduler, saysUfrags = true) {
    this.#scheduler = scheduler;
    this.#saysUfrags = saysUfrags;
  }

  get rounds(): number {
    return this.#end('A').actor.getSnapshot().context.round;
  }

  begin(): void {
    this.#startGeneration(1);
  }

  /** Lets something happen at a time of the scheduler's choice. */
  plan(what: 'restart A' | 'restart B' | 'drop'): void {
    void this.#scheduler.schedule(Promise.resolve(), what).then(() => {
      if (what === 'drop') this.#startGeneration(this.#end('A').generation + 1);
      else this.#requestRestart(what === 'restart A' ? 'A' : 'B');
    });
  }

  /** Both ends are stable on the same generation and round, with all candidates of that round and no others. */
  expectAgreement(): void {
    const [a, b] = [this.#end('A'), this.#end('B')];
    const [of, to] = [a.actor.getSnapshot(), b.actor.getSnapshot()];
    expect([of.value, to.value], 'I8').toEqual(['stable', 'awaitingOffer']);
    expect(b.generation, 'I7').toBe(a.generation);
    expect(to.context.round, 'G3').toBe(of.context.round);
    const requests = this.#requests.get(a.generation) ?? 0;
    expect(of.context.round, 'G5').toBeGreaterThanOrEqual(requests === 0 ? 1 : 2);
    expect(of.context.round, 'G5').toBeLessThanOrEqual(1 + requests);
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const fragment = one.connection.local ?? '';
      expect(other.connection.remote, 'G3').toBe(fragment);
      expect(other.connection.added.get(fragment), 'G4').toEqual(
        one.connection.gathered.get(fragment),
      );
      expect(one.connection.gathered.get(fragment)?.at(-1)?.candidate, 'G4').toBe('');
    }
  }

  #end(side: Side): End {
    return this.#ends.get(side) ?? expect.fail(`${side} has not begun`);
  }

  #requestRestart(side: Side): void {
    const end = this.#ends.get(side);
    if (end === undefined) return;
    this.#requests.set(end.generation, (this.#requests.get(end.generation) ?? 0) + 1);
    end.actor.send({ type: 'restart.requested' });
  }

  #startGeneration(generation: number): void {
    this.#send('A', generation, { type: 'hello', generation });
    this.#start('A', generation);
  }

  #start(side: Side, generation: number): void {
    const last = this.#ends.get(side);
    last?.connection.close();
    last?.actor.send({ type: 'negotiation.stopped' });
    const connection = new FakePeerConnection(`${side}${generation}`, this.#scheduler, {
      gathered: (candidate, ufrag) =>
        actor.send({
          type: 'candidate.gathered',
          candidate,
          ufrag: this.#saysUfrags ? ufrag : undefined,
        }),
      violated: (what) => this.violations.push(what),
    });
    const actor = createActor(provideNegotiation(connection.ports), {
      input: { generation, offers: side === 'A' },
    });
    actor.on('*', (command) => this.#carryOut(side, connection, command));
    this.#ends.set(side, { generation, actor, connection });
    actor.start();
  }

  #carryOut(side: Side, connection: FakePeerConnection, command: NegotiationCommand): void {
    switch (command.type) {
      case 'message.send':
        this.#checkOrder(side, command.message);
        return this.#send(side, command.message.generation, command.message);
      case 'candidate.add':
        return connection.addCandidate(command.candidate);
      case 'negotiation.failed':
        this.violations.push(`${side} failed`);
    }
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
    // Which of a pipe's deliveries this is doesn't matter: each takes the oldest message.
    void this.#scheduler.schedule(Promise.resolve(), `${name}: ${message.type}`).then(() => {
      const oldest = pipe.shift();
      if (oldest !== undefined) this.#deliver(side === 'A' ? 'B' : 'A', oldest);
    });
  }

  #deliver(side: Side, message: Message): void {
    const end = this.#ends.get(side);
    if (message.type !== 'hello') end?.actor.send({ type: 'message.received', message });
    else if (message.generation > (end?.generation ?? 0)) this.#start(side, message.generation);
  }
}
