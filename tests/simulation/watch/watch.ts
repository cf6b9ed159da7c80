// Checks the invariants after every event of every machine (design.md, section 8).

import {
  deliveryStateOf,
  parseServerMessage,
  toBase64Url,
  wholeReceiptOf,
} from '@burritoshare/core';
import type { BundleContext, BundleDigest, Summary } from '@burritoshare/core';
import type { ActorRefLike, AnyMachineSnapshot, InspectionEvent } from 'xstate';
import type { Place } from '../world/place.ts';
import type { ReceiverParty } from '../world/receiver-party.ts';
import type { SenderParty } from '../world/sender-party.ts';
import type { DiskSink } from '../world/sink.ts';
import { checkAdmission, type SeenBundle } from './admission.ts';
import { checkContents, checkReopened } from './contents.ts';
import {
  checkInflow,
  checkLanes,
  checkLeftOut,
  checkManners,
  checkOutflow,
  type InflowSnapshot,
  type LanesSnapshot,
  type OutflowSnapshot,
} from './flow.ts';
import { checkGifts } from './gifts.ts';
import { checkConnection, type ConnectionSnapshot } from './generations.ts';
import { describeState, describeStep } from './words.ts';

/** The watched parties. Events of a host may come before its party is here. */
export interface Parties {
  sender: SenderParty | undefined;
  readonly receivers: Map<string, ReceiverParty>;
  /** The names of attackers with the link, by their deliveries' ids. */
  readonly attackers: Map<string, string>;
  /** The party that breaks the rules, so that others may see violations. */
  hostile: 'nobody' | 'sender' | 'receiver';
  /** Whether the server has passed every message on once and in order. If not, it may have ended sessions. */
  isServerSound: boolean;
  /** Whether the server has refused a client without a reason. */
  hasRefused: boolean;
}

export interface Watch {
  readonly parties: Parties;
  inspect(who: string, event: InspectionEvent): void;
  reopened(who: string, sink: DiskSink): void;
  /** Runs the checks between two events of the world. */
  look(): void;
}

/** The checks' memory of earlier events. */
export interface Memory {
  readonly previous: WeakMap<object, AnyMachineSnapshot>;
  /** Deliveries that receivers have made. */
  readonly ids: Set<string>;
  /** What the sender's bundle was, under each of its names, as a summary says it. */
  readonly told: Set<string>;
  /** The actor that used each generation of a delivery. */
  readonly generations: Map<string, object>;
  /** The digests that receivers have verified, by delivery. */
  readonly verified: Map<string, string>;
  /** For each generation's flow: the bytes in its sink at the start, and the bytes for which credit was due since. */
  readonly flows: WeakMap<object, { readonly base: number; credited: number }>;
}

/** I12: the digest that both ends compare, and the receipt that their people compare. */
function bothOf(digest: BundleDigest): string {
  return `${toBase64Url(digest.all)} ${wholeReceiptOf(digest)}`;
}

/** An event, with the text from a socket if there is one. */
type Spoken = { readonly type: string; readonly text?: string };

/** The sender's machines for a delivery have the delivery's id as their name. */
type NamedActor = ActorRefLike & { readonly id?: string };

interface ReceiverContext {
  readonly failure?: string;
  readonly digest?: BundleDigest;
  readonly standstills: number;
  readonly summary?: Summary;
}

/** Codes of failures that can't occur if all parties follow the rules. */
const FORBIDDEN: ReadonlySet<string> = new Set(['protocol', 'integrity', 'internal']);

export function createWatch(place: Place): Watch {
  const parties: Parties = {
    sender: undefined,
    receivers: new Map(),
    attackers: new Map(),
    hostile: 'nobody',
    isServerSound: true,
    hasRefused: false,
  };
  const memory: Memory = {
    previous: new WeakMap(),
    ids: new Set(),
    told: new Set(),
    generations: new Map(),
    verified: new Map(),
    flows: new WeakMap(),
  };

  const nameOf = (id: string): string | undefined =>
    [...parties.receivers.values()].find(({ host }) => host.id === id)?.name ??
    parties.attackers.get(id);
  const deliveryOf = ({ id = '' }: NamedActor): string => {
    const name = nameOf(id);
    return name === undefined ? '' : ` [to ${name}]`;
  };

  const tellChange = (
    who: string,
    actor: ActorRefLike,
    snapshot: AnyMachineSnapshot,
    event: { type: string },
  ): void => {
    if (!place.story.isTold) return;
    const before = memory.previous.get(actor);
    if (before !== undefined && describeState(before) === describeState(snapshot)) return;
    place.story.tell(place.clock.now(), who, describeStep(snapshot, event) + deliveryOf(actor));
  };

  const checkReceiver = (
    who: string,
    snapshot: AnyMachineSnapshot,
    previous: AnyMachineSnapshot | undefined,
  ): void => {
    const party = parties.receivers.get(who);
    if (party === undefined) return;
    const state = deliveryStateOf(snapshot as never);
    const { failure, digest, standstills, summary } = snapshot.context as ReceiverContext;
    checkSummary(who, summary);
    if (digest !== undefined) memory.verified.set(party.host.id, bothOf(digest));
    if (['moving', 'paused', 'verifying', 'complete'].includes(state) && !party.hasAccepted)
      place.violated(`I14: ${who} is ${state} and its person has not accepted`);
    const wasComplete = previous !== undefined && deliveryStateOf(previous as never) === 'complete';
    if (state === 'complete' && !wasComplete && parties.sender !== undefined)
      checkContents(place, party, parties.sender, snapshot);
    if (state === 'failed') checkFailure(who, party.isHonest, failure);
    // A delivery that stood still goes on over another connection (T5), so its end alone doesn't show it.
    if (standstills > 0 && party.isHonest && parties.hostile !== 'sender')
      place.violated(`I8: ${who} has stood still, and nobody withholds anything`);
    if (failure === 'unreachable' && party.hasAccepted)
      place.violated(`G8: ${who} has accepted, and gives up for want of a connection`);
  };

  // N10, N11: only the names and the note may have changed since.
  const checkSummary = (who: string, summary: Summary | undefined): void => {
    if (summary === undefined || memory.told.size === 0) return;
    const told = JSON.stringify(summary);
    if (!memory.told.has(told))
      place.violated(`N10: ${who} is told ${told}, which was never shared`);
  };

  const checkFailure = (who: string, isHonest: boolean, failure: string | undefined): void => {
    const code = failure ?? 'no reason';
    const isForbidden = FORBIDDEN.has(code) || code === 'no reason';
    const mayBe = !isHonest || parties.hostile === 'sender';
    if (isForbidden && !mayBe)
      place.violated(`I13: ${who} fails with ${code}, and nobody broke the rules`);
    if (code === 'stalled' && !mayBe)
      place.violated(`I8: ${who} fails with stalled, and nobody withholds anything`);
    if (code === 'security' && parties.isServerSound)
      place.violated(`I9: ${who} fails with security, and nobody was attacked`);
  };

  const checkSender = (
    { id }: NamedActor,
    snapshot: AnyMachineSnapshot,
    previous: AnyMachineSnapshot | undefined,
  ): void => {
    const receiver = [...parties.receivers.values()].find(({ host }) => host.id === id);
    checkGifts(place, receiver, snapshot, previous);
    if (snapshot.status === 'active') return;
    if (id === undefined || receiver === undefined) return;
    const { failure, digest } = snapshot.context as { failure?: string; digest?: BundleDigest };
    if (snapshot.value === 'failed')
      checkFailure(`the delivery to ${receiver.name}`, receiver.isHonest, failure);
    if (snapshot.value !== 'complete' || !receiver.isHonest) return;
    if (digest === undefined || memory.verified.get(id) !== bothOf(digest))
      place.violated(`I12: the sender is complete, and ${receiver.name} has not verified the same`);
  };

  const checkRows = (
    { context }: AnyMachineSnapshot,
    previous: AnyMachineSnapshot | undefined,
    event: SeenBundle['event'],
  ): void => {
    const bundle = context as BundleContext;
    if (bundle.manifest !== undefined) {
      const { name, entries, bytes } = bundle.manifest;
      const { senderName, note } = bundle;
      const told = { name, files: entries.length, bytes, senderName, note };
      memory.told.add(JSON.stringify(told));
    }
    for (const { id } of bundle.deliveries)
      if (!memory.ids.has(id) && !parties.attackers.has(id))
        place.violated(`I6: a row for ${id}, who does not have the link`);
    if (parties.sender === undefined) return;
    checkAdmission(place, {
      link: parties.sender.link,
      event,
      previous: previous?.context as BundleContext | undefined,
      context: bundle,
      nameOf: (id) => nameOf(id) ?? id,
    });
  };

  const checkSeat = (who: string, { value }: AnyMachineSnapshot, event: Spoken): void => {
    const party = parties.receivers.get(who);
    if (party === undefined || !['replaced', 'refused'].includes(value as string)) return;
    party.seat = 'lost';
    if (value !== 'refused' || !party.isHonest || parties.hasRefused) return;
    const said = event.text === undefined ? undefined : parseServerMessage(event.text);
    const code = said?.type === 'refused' ? said.code : 'no code';
    // S8: a receiver can't accept if a hostile sender offers nothing.
    const isIdle = code === 'idle' && parties.hostile === 'sender' && !party.hasAccepted;
    if (!isIdle) place.violated(`I13: ${who} is refused for good with ${code}, for nothing`);
  };

  const check = (
    who: string,
    actor: ActorRefLike,
    snapshot: AnyMachineSnapshot,
    event: { type: string },
  ): void => {
    const previous = memory.previous.get(actor);
    const party = parties.receivers.get(who);
    switch ((snapshot.machine as { readonly id: string }).id) {
      case 'connection':
        // N6: a hostile server may have used up the allowed failures. The receiver behind it can then no longer call
        // (I9).
        if (party !== undefined && snapshot.value === 'failed' && !parties.isServerSound)
          party.seat = 'lost';
        return checkConnection(place, memory, {
          who,
          actor,
          event,
          previous,
          snapshot: snapshot as ConnectionSnapshot,
        });
      case 'signaling':
        return checkSeat(who, snapshot, event);
      case 'receiverDelivery':
        return checkReceiver(who, snapshot, previous);
      case 'senderDelivery':
        return checkSender(actor, snapshot, previous);
      case 'bundle':
        return checkRows(snapshot, previous, event);
      case 'outflow':
        checkManners(place, snapshot as OutflowSnapshot, event);
        return checkOutflow(place, snapshot as OutflowSnapshot);
      case 'senderLanes':
        return checkLanes(place, snapshot as LanesSnapshot);
      case 'inflow':
        if (party !== undefined) checkLeftOut(place, party, snapshot as InflowSnapshot);
        if (party?.sink !== undefined)
          checkInflow(place, memory, {
            sink: party.sink,
            who,
            actor,
            event,
            previous,
            snapshot: snapshot as InflowSnapshot,
          });
        return;
      default:
        return;
    }
  };

  return {
    parties,
    inspect(who, event) {
      if (event.type === '@xstate.microstep') place.counts.count(event);
      if (event.type !== '@xstate.snapshot' || !('machine' in event.snapshot)) return;
      const snapshot = event.snapshot as AnyMachineSnapshot;
      tellChange(who, event.actorRef, snapshot, event.event);
      check(who, event.actorRef, snapshot, event.event);
      memory.previous.set(event.actorRef, snapshot);
    },
    reopened: (who, sink) => checkReopened(place, who, sink),
    look() {
      for (const { name, visit, isHere } of parties.receivers.values()) {
        if (!isHere) continue;
        const open = visit.connections.filter((one) => one.channels.get(0)?.readyState === 'open');
        if (open.length > 1) place.violated(`I7: ${name} has ${open.length} lanes open`);
      }
    },
  };
}
