import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { bundleMachine, type BundleDelivery } from '../../src/bundle/index.ts';
import { Stepper } from '../support/stepper.ts';
import { deliveryId, DRAWN, freshEphemeral, Stranger } from '../support/stranger.ts';

/** The state of the sender's tab, and the stage of every row. */
interface Model {
  state: 'choosing' | 'sharing' | 'replaced' | 'refused';
  rows: Row[];
}

interface Row {
  readonly id: string;
  readonly session: string;
  readonly seat: number;
  readonly generation: number;
  stage: BundleDelivery['stage'];
}

type Bundle = Stepper<typeof bundleMachine>;

abstract class Happening implements fc.Command<Model, Bundle> {
  abstract check(model: Readonly<Model>): boolean;
  protected abstract happen(model: Model, bundle: Bundle): void;

  run(model: Model, bundle: Bundle): void {
    this.happen(model, bundle);
    expect(JSON.stringify(bundle.value)).toContain(model.state);
    const rowOf = ({ id, session, generation, stage }: Omit<Row, 'seat'>) => ({
      id,
      session,
      generation,
      stage,
    });
    expect(bundle.context.deliveries.map(rowOf)).toEqual(model.rows.map(rowOf));
  }

  toString(): string {
    return `${this.constructor.name} ${JSON.stringify(this)}`;
  }
}

class Choose extends Happening {
  check(model: Readonly<Model>): boolean {
    return model.state === 'choosing';
  }

  protected happen(model: Model, bundle: Bundle): void {
    const entry = { kind: 'file', path: 'a', size: 1, modified: null, mediaType: '' } as const;
    bundle.send({ type: 'files.chosen', name: 'bundle', entries: [entry] });
    bundle.send({ type: 'secrets.drawn', ...DRAWN });
    model.state = 'sharing';
  }
}

class Restore extends Happening {
  check(model: Readonly<Model>): boolean {
    return model.state === 'choosing';
  }

  protected happen(model: Model, bundle: Bundle): void {
    const manifest = { name: 'bundle', entries: [], bytes: 0 };
    bundle.send({ type: 'bundle.restored', manifest, ...DRAWN });
    model.state = 'sharing';
  }
}

class Stop extends Happening {
  check(model: Readonly<Model>): boolean {
    return model.state !== 'choosing';
  }

  protected happen(model: Model, bundle: Bundle): void {
    bundle.send({ type: 'sharing.stopped' });
    model.state = 'choosing';
    model.rows = [];
  }
}

class LoseSeat extends Happening {
  constructor(readonly how: 'replaced' | 'refused') {
    super();
  }

  check(model: Readonly<Model>): boolean {
    return model.state === 'sharing';
  }

  protected happen(model: Model, bundle: Bundle): void {
    if (this.how === 'replaced') bundle.send({ type: 'signaling.replaced' });
    else bundle.send({ type: 'signaling.refused', code: 'seat.refused' });
    model.state = this.how;
  }
}

let attempts = 0;

class ComeIn extends Happening {
  constructor(
    readonly seat: number,
    readonly delivery: number,
    readonly generation: number,
  ) {
    super();
  }

  check(model: Readonly<Model>): boolean {
    return model.state === 'sharing';
  }

  protected happen(model: Model, bundle: Bundle): void {
    attempts = (attempts + 1) % 256;
    const stranger = new Stranger(this.seat, attempts);
    bundle.send({ type: 'relay.received', envelope: stranger.startHandshake() });
    const { session } = stranger;
    const [answer] = bundle.send({ type: 'entropy.drawn', session, ephemeral: freshEphemeral() });
    if (answer?.type !== 'relay.send') throw new Error('no answer');
    stranger.receive(answer.envelope);
    const id = deliveryId(this.delivery);
    bundle.send({ type: 'relay.received', envelope: stranger.hello(id, this.generation) });

    const known = model.rows.find((row) => row.id === id);
    // G2: a generation that has been used before opens nothing.
    if (known !== undefined && this.generation <= known.generation) return;
    if (known?.stage === 'ended') return;
    const { seat, generation } = this;
    // A seat has one page: its other deliveries that are open and not accepted are given up.
    const kept = model.rows.filter(
      (row) => row === known || row.seat !== seat || row.stage !== 'open',
    );
    model.rows =
      known === undefined
        ? [...kept, { id, session, seat, generation, stage: 'open' }]
        : kept.map((row) => (row === known ? { ...row, session, seat, generation } : row));
  }
}

class Advance extends Happening {
  constructor(
    readonly delivery: number,
    readonly to: 'accepted' | 'ended',
  ) {
    super();
  }

  check(model: Readonly<Model>): boolean {
    return model.state !== 'choosing';
  }

  protected happen(model: Model, bundle: Bundle): void {
    const id = deliveryId(this.delivery);
    bundle.send({ type: `delivery.${this.to}`, delivery: id });
    const row = model.rows.find((one) => one.id === id);
    if (row !== undefined && row.stage !== 'ended') row.stage = this.to;
  }
}

const start = () => ({
  model: { state: 'choosing', rows: [] } as Model,
  real: new Stepper(bundleMachine, undefined),
});

test('a known delivery comes back in the seat of another that was open, and that one is closed', () => {
  const [offered, other, back] = [new ComeIn(4, 2, 1), new ComeIn(1, 1, 1), new ComeIn(4, 1, 2)];
  fc.modelRun(start, [new Restore(), offered, other, back]);
});

test('G2: the bundle follows its model', () => {
  const seats = fc.integer({ min: 1, max: 4 });
  const deliveries = fc.integer({ min: 1, max: 6 });
  const generations = fc.integer({ min: 1, max: 4 });
  const comings = fc
    .tuple(seats, deliveries, generations)
    .map(([seat, delivery, generation]) => new ComeIn(seat, delivery, generation));
  const happenings = fc.commands(
    [
      fc.constant(new Choose()),
      fc.constant(new Restore()),
      fc.constant(new Stop()),
      fc.constantFrom(new LoseSeat('replaced'), new LoseSeat('refused')),
      comings,
      comings,
      deliveries.map((delivery) => new Advance(delivery, 'accepted')),
      deliveries.map((delivery) => new Advance(delivery, 'ended')),
    ],
    { maxCommands: 30, size: 'max' },
  );
  fc.assert(
    fc.property(happenings, (commands) => {
      fc.modelRun(start, commands);
    }),
    { numRuns: 150 },
  );
});
