// Bugs that the simulation has to find. They are not in the sources: a test plants each one separately, in place of
// functions of a module, or in a simulated disk.

import type {
  BundleContext,
  Envelope,
  InflowContext,
  OutflowContext,
  Parcel,
  senderDeliveryMachine as Machine,
} from '@burritoshare/core';
import { assign } from 'xstate';
import type { SinkBug } from './world/sink.ts';

/** A module's exports, by name. */
type Exports = Readonly<Record<string, unknown>>;
type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

export interface PlantedBug {
  readonly name: string;
  /** A regular expression for the start of the reported violation. */
  readonly breaks: string;
  /** The first seed to try; by default 1. For a bug that few seeds show, it is shortly before a known one. */
  readonly from?: number;
  /** The number of seeds from there that must be enough to find it. */
  readonly within: number;
  readonly sink?: SinkBug;
  /** The module's path from the root. `replace` returns the replacements for its exports. */
  readonly module?: string;
  readonly replace?: (sound: Functions) => Exports;
}

const call = (sound: Functions, name: string, ...args: unknown[]): unknown =>
  sound[name]?.(...(args as never[]));

type Admission = { readonly context: BundleContext } | undefined;

const asGreeted = (context: BundleContext): BundleContext => ({
  ...context,
  deliveries: context.deliveries.map((one) => ({ ...one, stage: 'open', lane: 'never' })),
});

/** The decision, but with the fields of the remaining rows as they were before. */
const withRowsOf = (before: BundleContext, decided: Admission): Admission => {
  if (decided === undefined) return undefined;
  const { context } = decided;
  const rows = before.deliveries.filter(({ id }) =>
    context.deliveries.some((one) => one.id === id),
  );
  return { ...decided, context: { ...context, deliveries: rows } };
};

/** `recordClosed`, after which other chunks count as lost. */
const closing =
  (
    sound: Functions,
    lostOf: (before: OutflowContext, next: OutflowContext) => OutflowContext['lost'],
  ) =>
  (context: OutflowContext, ...given: unknown[]) => {
    const [next, commands] = call(sound, 'recordClosed', context, ...given) as [
      OutflowContext,
      unknown,
    ];
    return [{ ...next, lost: lostOf(context, next) }, commands];
  };

/** Lost chunks, of a pack that has one piece less. */
const withoutLast = (chunks: OutflowContext['lost'][number]): typeof chunks => {
  const { pack, ...rest } = chunks;
  if (pack === undefined || pack.size < 3) return chunks;
  const [first = 0, end = 0] = pack.bounds.slice(-2);
  const before = pack.bounds.slice(0, -2);
  const bounds = first + 1 < end ? [...before, first, end - 1] : before;
  return { ...rest, pack: { bounds, size: pack.size - 1 } };
};

const rules = (machine: string): string => `packages/core/src/${machine}/rules.ts`;

export const PLANTED: readonly PlantedBug[] = [
  {
    name: 'the journal is written before the flush',
    breaks: 'I4',
    within: 20,
    sink: 'journal before flush',
  },
  {
    name: 'later generations are not recorded',
    breaks: 'G1',
    from: 141,
    within: 100,
    sink: 'later generations not recorded',
  },
  {
    name: 'what was left out is forgotten after a reload',
    breaks: 'E[23]',
    within: 300,
    sink: 'choice not recorded',
  },
  {
    name: 'pieces of what was left out are opened',
    breaks: 'E3',
    within: 20,
    module: 'packages/core/src/pieces/choice.ts',
    replace: () => ({ isAbsent: () => false }),
  },
  {
    name: 'a fifth gift is taken',
    breaks: 'B2',
    from: 145,
    within: 40,
    module: 'packages/core/src/delivery/gifts.ts',
    replace: () => ({ canGive: () => true }),
  },
  {
    name: 'a piece is said to be stored before it is written',
    breaks: 'I1',
    within: 20,
    sink: 'stored before written',
  },
  {
    name: 'credit is given before the write',
    breaks: 'I1|I8',
    within: 20,
    module: rules('inflow'),
    replace: () => ({
      isCreditDue: ({ storing }: InflowContext) => storing > 0,
      creditOf: ({ window, settledBytes, storing }: InflowContext) =>
        window + settledBytes + storing,
    }),
  },
  {
    name: 'more is opened than the credit allows',
    breaks: 'I8',
    within: 100,
    module: rules('outflow'),
    replace: () => ({
      recordWindow: (context: OutflowContext, credit: number) => ({
        ...context,
        window: 4 * credit,
      }),
    }),
  },
  {
    name: 'a piece is counted twice',
    breaks: 'I3',
    within: 20,
    module: rules('inflow'),
    replace: (sound) => ({
      recordStored: (context: InflowContext, ordinal: number) => {
        const next = call(sound, 'recordStored', context, ordinal) as InflowContext;
        return { ...next, storedBytes: 2 * next.storedBytes - context.storedBytes };
      },
    }),
  },
  {
    name: 'held pieces of a file that is tried again are missed',
    breaks: 'I3',
    from: 119,
    within: 400,
    module: 'packages/core/src/inflow/resume.ts',
    replace: (sound) => ({
      readmit: (context: InflowContext, file: number) => {
        const [next, ranges] = call(sound, 'readmit', context, file) as [InflowContext, unknown];
        return [{ ...next, missing: next.missing + 1 }, ranges];
      },
    }),
  },
  {
    name: 'pieces lost with a lane are taken for arrived',
    breaks: 'I8',
    from: 8,
    within: 200,
    module: 'packages/core/src/outflow/lane-state.ts',
    replace: (sound) => ({
      recordClosed: closing(sound, ({ lost }) => lost),
    }),
  },
  {
    name: 'of several lanes that are lost at once, only one’s chunks are sent again',
    breaks: 'I13|I8',
    from: 104,
    within: 40,
    module: 'packages/core/src/outflow/lane-state.ts',
    replace: (sound) => ({
      recordClosed: closing(sound, (before, next) => next.lost.slice(before.lost.length)),
    }),
  },
  {
    name: 'a piece that two lanes share is let go of with its first part',
    breaks: 'I13|I8',
    from: 8,
    within: 400,
    module: 'packages/core/src/outflow/lane-state.ts',
    replace: () => ({ isInUse: () => false }),
  },
  {
    name: 'of several lanes that are given up, the receiver is asked about one',
    breaks: 'I13|I11|I8',
    from: 344,
    within: 40,
    module: rules('lanes'),
    replace: (sound) => ({
      lose: (...given: unknown[]) => {
        const [changed, commands] = call(sound, 'lose', ...given) as [unknown, unknown[]];
        return [changed, commands.slice(0, 2)];
      },
    }),
  },
  {
    name: 'a lane forgets its pieces as soon as the channel has them',
    breaks: 'I13|I8',
    from: 8,
    within: 200,
    module: 'packages/core/src/outflow/lane-state.ts',
    replace: (sound) => ({
      finishPiece: (...given: unknown[]) => ({
        ...(call(sound, 'finishPiece', ...given) as object),
        finished: [],
        finishedBytes: 0,
      }),
    }),
  },
  {
    name: 'a pack that was lost with a lane goes out again without its last file',
    breaks: 'I13|I8',
    from: 150,
    within: 100,
    module: 'packages/core/src/outflow/lane-state.ts',
    replace: (sound) => ({
      recordClosed: closing(sound, (_, { lost }) => lost.map(withoutLast)),
    }),
  },
  {
    name: 'what is held goes into a pack with the rest',
    breaks: 'I13|I8',
    from: 29,
    within: 400,
    module: 'packages/core/src/pieces/parcels.ts',
    replace: (sound) => ({
      nextParcel: (plan: unknown, first: number, _: unknown, bytes: number) =>
        call(sound, 'nextParcel', plan, first, (from: number) => from, bytes),
    }),
  },
  {
    name: 'of a pack, credit returns for its first piece alone',
    breaks: 'I8',
    within: 50,
    module: rules('inflow'),
    replace: (sound) => ({
      recordStored: (context: InflowContext, parcel: Parcel) => {
        const next = call(sound, 'recordStored', context, parcel) as InflowContext;
        const { ordinal } = parcel;
        const first = call(sound, 'recordStored', context, { ordinal }) as InflowContext;
        return { ...next, settledBytes: first.settledBytes };
      },
    }),
  },
  {
    name: 'what is in flight takes no notice of the path’s limit',
    breaks: 'W6',
    from: 24,
    within: 40,
    module: 'packages/core/src/outflow/watermarks.ts',
    replace: (sound) => ({
      marksOf: (context: OutflowContext, lane: unknown) =>
        call(sound, 'marksOf', { ...context, inFlightLimit: undefined }, lane),
    }),
  },
  {
    name: 'lanes that the path has no room for are kept',
    breaks: 'W6',
    from: 21,
    within: 40,
    module: rules('lanes'),
    replace: () => ({ yieldTo: (_: unknown, lanes: number) => [{ polite: lanes }, []] }),
  },
  {
    name: 'of signals that go together, candidates come before their description',
    breaks: 'I13|I8',
    within: 40,
    module: 'packages/core/src/protocol/lane-signals.ts',
    replace: (sound) => ({
      packLaneSignals: (signals: readonly unknown[]) =>
        call(sound, 'packLaneSignals', signals.toReversed()),
    }),
  },
  {
    name: 'a lost connection counts as a first try',
    breaks: 'G8',
    from: 80,
    within: 200,
    module: rules('connection'),
    replace: () => ({ isFirstTry: () => true }),
  },
  {
    name: 'the offer of a resumed delivery is refused',
    breaks: 'I13',
    within: 100,
    module: rules('delivery'),
    replace: () => ({ isSameOffer: () => false }),
  },
  {
    name: 'a pause never ends',
    breaks: 'I8',
    from: 25,
    within: 200,
    module: rules('delivery'),
    replace: () => ({ withoutPauses: (pauses: unknown) => pauses }),
  },
  {
    name: 'a pause outlives its connection on the sender’s side',
    breaks: 'I8|P2',
    from: 81,
    within: 200,
    module: 'packages/core/src/delivery/sender/machine.ts',
    replace: (sound) => ({
      senderDeliveryMachine: (sound['senderDeliveryMachine'] as unknown as typeof Machine).provide({
        actions: {
          endPauses: assign(({ context, event }, ended: readonly string[]) => ({
            pauses: context.pauses.filter(
              (pause) => event.type === 'connection.lost' || !ended.includes(pause),
            ),
          })),
        },
      }),
    }),
  },
  {
    name: 'pieces that differ are not sent again',
    breaks: 'I',
    from: 640,
    within: 1_000,
    module: 'packages/core/src/outflow/resume.ts',
    replace: (sound) => ({
      recordChecked: (context: OutflowContext) => call(sound, 'recordChecked', context, []),
    }),
  },
  {
    name: 'missing pieces are not sent',
    breaks: 'I13',
    from: 180,
    within: 400,
    module: 'packages/core/src/outflow/resume.ts',
    replace: (sound) => ({
      recordMissing: (context: OutflowContext, { more }: { more: boolean }) =>
        call(sound, 'recordMissing', context, { ranges: [], more }),
    }),
  },
  {
    name: 'pieces that do not fit are forgotten',
    breaks: 'I8',
    from: 51,
    within: 400,
    module: 'packages/core/src/inflow/resume.ts',
    replace: () => ({ recordStuck: (context: InflowContext) => context }),
  },
  {
    name: 'a stranger gets a row',
    breaks: 'I6',
    within: 20,
    module: 'packages/core/src/bundle/handshakes.ts',
    replace: (sound) => ({
      receiveRelay: (context: BundleContext, envelope: Envelope) => {
        const outcome = call(sound, 'receiveRelay', context, envelope) as {
          context: Partial<BundleContext>;
        };
        if (envelope.seq > 0) return outcome;
        const { peer, session } = envelope;
        const row = {
          id: session,
          number: 0,
          peer,
          session,
          generation: 0,
          stage: 'ended' as const,
        };
        return {
          ...outcome,
          context: { ...outcome.context, deliveries: [...context.deliveries, row] },
        };
      },
    }),
  },
  {
    name: 'a greeting’s MAC is not checked',
    breaks: 'N9',
    from: 25,
    within: 50,
    module: 'packages/core/src/connection/session.ts',
    replace: () => ({ isFromLink: () => true }),
  },
  {
    name: 'a summary is as long as the bundle’s name makes it',
    breaks: 'N10',
    within: 5,
    module: 'packages/core/src/protocol/session-messages.ts',
    replace: (sound) => ({
      encodeSessionMessage: (message: { readonly type: string }) =>
        message.type === 'summary'
          ? new TextEncoder().encode(JSON.stringify(message))
          : call(sound, 'encodeSessionMessage', message),
    }),
  },
  {
    name: 'a summary is of something else',
    breaks: 'N10',
    within: 5,
    module: 'packages/core/src/protocol/manifest.ts',
    replace: (sound) => ({
      summaryOf: (manifest: unknown) => ({
        ...(call(sound, 'summaryOf', manifest) as object),
        files: 1,
        bytes: 1,
      }),
    }),
  },
  {
    name: 'who is asked about comes in without an answer',
    breaks: 'A8',
    within: 20,
    module: 'packages/core/src/bundle/asking.ts',
    replace: () => ({ answerTo: () => 'yes' }),
  },
  {
    name: 'everybody has the rank of who has greeted',
    breaks: 'I13',
    from: 25,
    within: 200,
    module: 'packages/core/src/bundle/admission.ts',
    replace: (sound) => ({
      takeRow: (context: BundleContext, peer: string) =>
        withRowsOf(context, call(sound, 'takeRow', asGreeted(context), peer) as Admission),
      takeSeat: (context: BundleContext, peer: string) =>
        withRowsOf(context, call(sound, 'takeSeat', asGreeted(context), peer, 1) as Admission),
    }),
  },
  {
    name: 'a neighbourhood has as many rows as it wants',
    breaks: 'I13',
    from: 71,
    within: 200,
    module: 'packages/core/src/bundle/admission.ts',
    replace: () => ({ takeRow: (context: BundleContext) => ({ context, commands: [] }) }),
  },
  {
    name: 'the sender waits without an end for a receiver that withholds its last message',
    breaks: 'I8',
    from: 1_976,
    within: 100,
    module: 'packages/core/src/delivery/sender/machine.ts',
    replace: (sound) => ({
      senderDeliveryMachine: (sound['senderDeliveryMachine'] as unknown as typeof Machine).provide({
        delays: { abandonTimeout: 1e9 },
      }),
    }),
  },
  {
    name: 'attempts end after a few',
    breaks: 'I8',
    from: 85,
    within: 200,
    module: 'packages/core/src/backoff.ts',
    replace: (sound) => ({
      backoffDelay: (attempts: number, jitter: number) =>
        attempts < 2 ? call(sound, 'backoffDelay', attempts, jitter) : 1e9,
    }),
  },
  {
    name: 'the lane of an older generation stays open',
    breaks: 'I',
    within: 100,
    module: 'packages/peer/src/webrtc/peer-connection.ts',
    replace: (sound) => ({
      createLane: (...args: never[]) => ({
        ...(sound['createLane']?.(...args) as object),
        close: () => undefined,
      }),
    }),
  },
  {
    name: 'sockets are not closed',
    breaks: 'I11',
    from: 55,
    within: 20,
    module: 'packages/peer/src/signaling/signaling-socket.ts',
    replace: (sound) => ({
      openSignalingSocket: (...args: never[]) => ({
        ...(sound['openSignalingSocket']?.(...args) as object),
        close: () => undefined,
      }),
    }),
  },
];
