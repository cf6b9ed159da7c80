// How many lanes a delivery has, at the sender's end (SPEC.md: W).
//
// It knows the lanes besides lane 0, and what arrives in a second. It refuses to know how a connection is made, and
// which piece is on which lane: that is the outflow's. One association's rate falls with distance and loss, and several
// share a path's; where they don't help, each costs work on both ends.
// It climbs: measure, add as many lanes as there are, measure again; three times as many over a long path, once the
// second lane has helped. A step must bring a quarter; the first one, and any over a short path, a twentieth. If it
// doesn't, its lanes are closed, and the others are measured. If these carry so much less, the closed ones come back, and the climb goes on. If not, it waits
// before it tries again, longer after each failure. It opens none while the person's cap limits the delivery, nor while
// a step would take too much of the path from others (W6).

import { assign, emit, enqueueActions, not, setup } from 'xstate';
import { LANE_CLOSE_TIMEOUT, LANE_OPEN_TIMEOUT, LANE_PATIENCE_MIN } from '../constants.ts';
import type { NegotiationMessage } from '../protocol/types.ts';
import { capOf } from '../outflow/pacer.ts';
import * as rules from './rules.ts';
import type { Sample, SenderLanesCommand, SenderLanesContext, SenderLanesEvent } from './types.ts';

interface OfLane {
  readonly lane: number;
}

interface OfRate {
  readonly bytesPerSecond: number | undefined;
}

interface Outcome {
  readonly outcome: readonly [Partial<SenderLanesContext>, readonly SenderLanesCommand[]];
}

export const senderLanesMachine = setup({
  types: {
    context: {} as SenderLanesContext,
    events: {} as SenderLanesEvent,
    emitted: {} as SenderLanesCommand,
  },
  delays: {
    sampleInterval: ({ context }) => rules.sampleInterval(context),
    openTimeout: LANE_OPEN_TIMEOUT,
    closeTimeout: LANE_CLOSE_TIMEOUT,
    stallTimeout: ({ context }) => rules.stallTimeout(context),
    patience: ({ context }) => context.patience,
  },
  guards: {
    isIdle: ({ context }, sample: Sample) => !rules.isBusy(context, sample),
    isFirst: ({ context }) => rules.isFirst(context),
    isFirstAndFull: ({ context }, sample: Sample) =>
      rules.isFirst(context) && !rules.canGrow(context, sample),
    hasGrownFull: ({ context }, sample: Sample) =>
      rules.hasGrown(context, sample) && !rules.canGrow(context, sample),
    hasGrown: ({ context }, sample: Sample) => rules.hasGrown(context, sample),
    isHeldBack: ({ context }, sample: Sample) =>
      rules.hasGrown(context, sample) && rules.isHeldBack(context),
    hasTooMany: ({ context }, lanes: number) => rules.hasTooMany(context, lanes),
    isUnsettled: ({ context }) => rules.isUnsettled(context),
    isSettling: ({ context }) => rules.isSettling(context),
    isComparing: ({ context }) => rules.isComparing(context),
    hasFallen: ({ context }, sample: Sample) => rules.hasFallen(context, sample),
    isInDoubt: ({ context }) => rules.isInDoubt(context),
    isStepEmpty: ({ context }) => !rules.isOpening(context) && rules.isStepEmpty(context),
    isStepDone: ({ context }) => !rules.isOpening(context),
    isOpening: ({ context }, { lane }: OfLane) => rules.stateOf(context, lane) === 'opening',
    isUnheardOf: ({ context }, { lane }: OfLane) => lane >= context.next,
    isKnown: ({ context }, { lane }: OfLane) => rules.stateOf(context, lane) !== undefined,
  },
  actions: {
    apply: enqueueActions(({ enqueue }, { outcome: [context, commands] }: Outcome) => {
      enqueue.assign(context);
      for (const command of commands) enqueue.emit(command);
    }),
    startSample: emit({ type: 'sample.start' }),
    takeSample: emit({ type: 'sample.take' }),
    doubt: assign(({ context }, sample: Sample) => rules.doubt(context, sample)),
    recordRate: assign((_, { bytesPerSecond }: OfRate) => ({
      bytesPerSecond: capOf(bytesPerSecond),
    })),
    forgetStep: assign({ before: undefined, added: [], rates: [] }),
    losePatience: assign({ patience: LANE_PATIENCE_MIN }),
    gainPatience: assign({ patience: ({ context }) => rules.doubled(context) }),
    receive: emit((_, { lane, message }: OfLane & { message: NegotiationMessage }) => ({
      type: 'lane.receive' as const,
      lane,
      message,
    })),
    reportFailure: emit({ type: 'lanes.failed' }),
    shutAll: enqueueActions(({ context, enqueue }) => {
      for (const { lane } of context.lanes) enqueue.emit({ type: 'lane.shut', lane });
    }),
  },
}).createMachine({
  id: 'senderLanes',
  context: rules.initialContext,
  initial: 'idle',
  on: { 'lanes.stopped': '.stopped' },
  states: {
    idle: {
      on: {
        'lanes.started': 'running',
        'rate.changed': { actions: { type: 'recordRate', params: ({ event }) => event } },
        'manners.changed': { actions: yieldTo() },
        'allowance.changed': {
          actions: {
            type: 'apply',
            params: ({ context, event }) => ({ outcome: rules.allow(context, event.allowance) }),
          },
        },
      },
    },
    running: {
      type: 'parallel',
      exit: 'shutAll',
      on: {
        'lane.opened': {
          guard: { type: 'isOpening', params: ({ event }) => event },
          actions: {
            type: 'apply',
            params: ({ context, event }) => ({ outcome: rules.open(context, event.lane) }),
          },
        },
        'lane.failed': {
          guard: { type: 'isKnown', params: ({ event }) => event },
          actions: {
            type: 'apply',
            params: ({ context, event }) => ({ outcome: rules.lose(context, [event.lane]) }),
          },
        },
        // W2: `lane.closed` of a lane that is gone is ignored; of a lane that never was, it is a violation.
        'lane.closed': [
          {
            guard: { type: 'isKnown', params: ({ event }) => event },
            actions: {
              type: 'apply',
              params: ({ context, event }) => ({ outcome: rules.close(context, event.lane) }),
            },
          },
          { guard: { type: 'isUnheardOf', params: ({ event }) => event }, target: 'failed' },
        ],
        'lane.message.received': [
          {
            guard: { type: 'isKnown', params: ({ event }) => event },
            actions: { type: 'receive', params: ({ event }) => event },
          },
          { guard: { type: 'isUnheardOf', params: ({ event }) => event }, target: 'failed' },
        ],
        'allowance.changed': {
          actions: {
            type: 'apply',
            params: ({ context, event }) => ({ outcome: rules.allow(context, event.allowance) }),
          },
        },
      },
      states: {
        climbing: {
          initial: 'measuring',
          on: {
            'path.changed': { target: '.measuring', actions: ['forgetStep', 'losePatience'] },
            'manners.changed': [
              {
                guard: { type: 'hasTooMany', params: ({ event }) => event.lanes },
                target: '.holding',
                actions: [yieldTo(), 'gainPatience'],
              },
              { actions: yieldTo() },
            ],
            // Samples under another cap say nothing; the lanes are kept.
            'rate.changed': {
              target: '.measuring',
              actions: [
                { type: 'recordRate', params: ({ event }) => event },
                'forgetStep',
                'losePatience',
              ],
            },
          },
          states: {
            measuring: {
              entry: 'startSample',
              after: { sampleInterval: { actions: 'takeSample' } },
              on: {
                'sample.taken': [
                  { guard: bySample('isIdle'), target: 'measuring', reenter: true },
                  { guard: bySample('isHeldBack'), target: 'measuring', reenter: true },
                  { guard: bySample('isFirstAndFull'), target: 'holding' },
                  {
                    guard: 'isUnsettled',
                    target: 'measuring',
                    reenter: true,
                    actions: { type: 'doubt', params: ({ event }) => event },
                  },
                  { guard: 'isFirst', target: 'opening', actions: grow() },
                  {
                    guard: bySample('hasGrownFull'),
                    target: 'holding',
                    actions: 'losePatience',
                  },
                  {
                    guard: bySample('hasGrown'),
                    target: 'opening',
                    actions: ['losePatience', grow()],
                  },
                  {
                    guard: 'isInDoubt',
                    target: 'measuring',
                    reenter: true,
                    actions: { type: 'doubt', params: ({ event }) => event },
                  },
                  {
                    target: 'comparing',
                    actions: [
                      { type: 'doubt', params: ({ event }) => event },
                      {
                        type: 'apply',
                        params: ({ context }) => ({ outcome: rules.shrink(context) }),
                      },
                    ],
                  },
                ],
              },
            },
            // An association starts faster than it continues, so samples from before a step may be no fair measure.
            comparing: {
              entry: 'startSample',
              after: { sampleInterval: { actions: 'takeSample' } },
              on: {
                'sample.taken': [
                  { guard: 'isSettling', target: 'comparing', reenter: true },
                  { guard: bySample('isIdle'), target: 'comparing', reenter: true },
                  {
                    guard: 'isComparing',
                    target: 'comparing',
                    reenter: true,
                    actions: { type: 'doubt', params: ({ event }) => event },
                  },
                  {
                    guard: bySample('hasFallen'),
                    target: 'opening',
                    actions: grow(),
                  },
                  { target: 'holding', actions: 'gainPatience' },
                ],
              },
            },
            opening: {
              always: [
                { guard: 'isStepEmpty', target: 'holding', actions: 'gainPatience' },
                { guard: 'isStepDone', target: 'measuring' },
              ],
              after: {
                openTimeout: {
                  actions: {
                    type: 'apply',
                    params: ({ context }) => ({
                      outcome: rules.lose(context, inState(context, 'opening')),
                    }),
                  },
                },
              },
            },
            holding: { after: { patience: { target: 'measuring', actions: 'forgetStep' } } },
          },
        },
        // W3: a receiver that doesn't answer must not keep a connection open.
        closing: {
          initial: 'idle',
          states: {
            idle: { always: { guard: 'isSettling', target: 'awaiting' } },
            awaiting: {
              always: { guard: not('isSettling'), target: 'idle' },
              after: {
                closeTimeout: {
                  actions: {
                    type: 'apply',
                    params: ({ context }) => ({
                      outcome: rules.lose(context, inState(context, 'retiring')),
                    }),
                  },
                },
              },
            },
          },
        },
        // W5: a lane that loses its bytes shows only by this: no credit comes for what is out.
        watching: {
          initial: 'awaiting',
          on: { 'flow.paused': '.paused' },
          states: {
            awaiting: {
              // Another cap means another time to wait.
              on: {
                'progress.made': { target: 'awaiting', reenter: true },
                'rate.changed': { target: 'awaiting', reenter: true },
              },
              after: {
                stallTimeout: {
                  target: 'awaiting',
                  reenter: true,
                  actions: {
                    type: 'apply',
                    params: ({ context }) => ({ outcome: rules.lose(context, all(context)) }),
                  },
                },
              },
            },
            // Idle lanes are kept for when the flow resumes.
            paused: { on: { 'flow.resumed': 'awaiting' } },
          },
        },
      },
    },
    failed: { type: 'final', entry: 'reportFailure' },
    stopped: { type: 'final' },
  },
});

/** A guard that looks at the sample that was taken. */
function bySample<Guard extends string>(type: Guard) {
  return { type, params: ({ event }: { event: Sample }) => event };
}

function grow() {
  return {
    type: 'apply' as const,
    params: ({ context, event }: { context: SenderLanesContext; event: Sample }) => ({
      outcome: rules.grow(context, event),
    }),
  };
}

function yieldTo() {
  return {
    type: 'apply' as const,
    params: ({ context, event }: { context: SenderLanesContext; event: { lanes: number } }) => ({
      outcome: rules.yieldTo(context, event.lanes),
    }),
  };
}

function all({ lanes }: SenderLanesContext): readonly number[] {
  return lanes.map(({ lane }) => lane);
}

function inState({ lanes }: SenderLanesContext, wanted: string): readonly number[] {
  return lanes.filter(({ state }) => state === wanted).map(({ lane }) => lane);
}
