// One visit of an attacker: a socket, and the messages on it. It has neither a host nor a machine, so that it can send
// what no host ever sends.

import {
  BULK_CHANNEL_ID,
  CONTROL_CHANNEL_ID,
  encodeClientMessage,
  encodeControlMessage,
  finishHandshake,
  startHandshake,
  openEnvelope,
  memberOf,
  parseServerMessage,
  PROTOCOL_VERSION,
  RemoteProtocolError,
  SENDER,
  sealMessage,
  toBase64Url,
  type ClientMessage,
  type Link,
  type ServerMessage,
  type Session,
  type SessionMessage,
} from '@burritoshare/core';
import type { Random } from '@burritoshare/core/testing';
import { FakePeerConnection, type FakeSocket } from '@burritoshare/peer/testing';
import type { Place } from './place.ts';

/** The plans of attackers with the link: they prove it, and don't want the files. */
export const WITH_LINK = [
  'handshake',
  'handshake',
  'connect',
  'connect',
  'stay half open',
] as const;

/** The plans of attackers who know only the room's id. */
export const WITH_ROOM = ['knock', 'knock', 'accept', 'hold', 'admit'] as const;

export type Plan = (typeof WITH_LINK)[number] | (typeof WITH_ROOM)[number];

/** The attackers' acts, and what happens to them, counted like other faults. */
export const INTRUSIONS = [
  'joins',
  'says hello',
  'connects',
  'cancels',
  'stays half open',
  'knocks without the link',
  'says accepted',
  'holds a place',
  'admits itself',
  'is told to wait',
  'is shown the door',
] as const;

export interface IntruderOptions {
  readonly place: Pick<Place, 'clock' | 'internet' | 'server'>;
  readonly link: Link;
  readonly name: string;
  readonly tag: string;
  readonly plan: Plan;
  readonly random: Random;
  readonly act: (what: (typeof INTRUSIONS)[number], detail?: string) => void;
  /** The attacker has made up a delivery with this id. */
  callDelivery(id: string): void;
  /** The attacker's socket is closed. */
  onEnd(): void;
}

export interface Intrusion {
  leave(): void;
}

/** Ignores a failure: an attacker doesn't mind. */
const shrug = (): void => undefined;

export function intrude(options: IntruderOptions): Intrusion {
  const { place, link, name, tag, plan, random, act } = options;
  const { clock } = place;
  const draw = (length: number): Uint8Array<ArrayBuffer> =>
    Uint8Array.from({ length }, () => random.below(256));
  const [token, ephemeral] = [draw(32), draw(32)];
  const member = toBase64Url(memberOf(token));
  const socket: FakeSocket = place.server.openSocket(tag);
  const generation = 1;
  let handshake: { readonly id: string; readonly state: Handshake } | undefined;
  let session: Session | undefined;
  let connection: FakePeerConnection | undefined;

  const say = (message: ClientMessage): void => {
    if (socket.state === 'open') socket.send(encodeClientMessage(message));
  };
  const relay = (id: string, seq: number, data: string): void => {
    say({ type: 'relay', to: SENDER, session: id, seq, data });
  };
  const speakIn = (message: SessionMessage): void => {
    if (session === undefined) return;
    const spoken = sealMessage(session, message);
    session = spoken.session;
    relay(session.id, spoken.envelope.seq, spoken.envelope.data);
  };

  const beginHandshake = (): void => {
    if (socket.state !== 'open') return;
    const id = toBase64Url(draw(16));
    const { state, data } = startHandshake(link, { member, session: id }, ephemeral);
    handshake = { id, state };
    session = undefined;
    relay(id, 0, data);
    if (plan !== 'stay half open') return;
    act('stays half open');
    clock.setTimeout(beginHandshake, random.between(3_000, 20_000));
  };
  const knock = (): void => {
    if (socket.state !== 'open') return;
    act('knocks without the link');
    relay(toBase64Url(draw(16)), 0, toBase64Url(draw(16 + random.below(80))));
    clock.setTimeout(knock, random.between(3_000, 20_000));
  };

  /** Carries out the plan, once there is a sender. */
  const attack = (): void => {
    if (plan === 'knock') knock();
    else if (plan === 'accept') {
      act('says accepted');
      say({ type: 'accepted' });
    } else if (plan === 'hold') act('holds a place');
    else if (plan === 'admit') {
      act('admits itself');
      say({ type: 'admit', member });
    } else beginHandshake();
  };

  const connect = async (): Promise<void> => {
    const made = new FakePeerConnection(place.internet, `${name}:${member}`, name);
    connection = made;
    const control = made.createDataChannel('control', { negotiated: true, id: CONTROL_CHANNEL_ID });
    made.createDataChannel('bulk', { negotiated: true, id: BULK_CHANNEL_ID });
    control.onopen = () => {
      act('connects');
      if (!random.chance(0.4)) return;
      act('cancels');
      control.send(encodeControlMessage({ type: 'cancel' }));
    };
    made.onicecandidate = ({ candidate: found }) => {
      if (found === null) return;
      const { candidate, sdpMid, sdpMLineIndex } = found as Required<RTCIceCandidateInit>;
      const named = { candidate, mid: sdpMid, line: sdpMLineIndex };
      speakIn({ type: 'candidate', generation, round: 1, ...named });
    };
    const { sdp = '' } = await made.createOffer();
    await made.setLocalDescription({ type: 'offer', sdp });
    speakIn({ type: 'description', generation, round: 1, kind: 'offer', sdp });
  };

  const hearAnswer = (id: string, data: string): void => {
    if (handshake?.id !== id || session !== undefined || plan === 'stay half open') return;
    try {
      session = finishHandshake(handshake.state, { peer: SENDER, session: id, seq: 0, data });
    } catch (error) {
      if (error instanceof RemoteProtocolError) return;
      throw error;
    }
    const delivery = toBase64Url(draw(16));
    options.callDelivery(delivery);
    act('says hello', ` for ${delivery}`);
    speakIn({ type: 'hello', version: PROTOCOL_VERSION, delivery, generation });
    if (plan === 'connect') void connect().catch(shrug);
  };
  const hearSession = (message: SessionMessage): void => {
    if (message.type === 'goodbye') act('is told to wait');
    if (message.type === 'description')
      void connection?.setRemoteDescription({ type: 'answer', sdp: message.sdp }).catch(shrug);
    if (message.type !== 'candidate') return;
    const { candidate, mid, line } = message;
    void connection?.addIceCandidate({ candidate, sdpMid: mid, sdpMLineIndex: line }).catch(shrug);
  };
  const receiveRelay = (message: Extract<ServerMessage, { type: 'relay' }>): void => {
    const { seq, data } = message;
    if (seq === 0) return hearAnswer(message.session, data);
    if (session === undefined) return;
    const heard = openEnvelope(session, { peer: SENDER, session: message.session, seq, data });
    if (heard.kind !== 'message') return;
    session = heard.session;
    hearSession(heard.message);
  };

  const hearServer = (message: ServerMessage): void => {
    if (message.type === 'joined') {
      act('joins');
      if (message.peers.length > 0) attack();
    } else if (message.type === 'peer.online') attack();
    else if (message.type === 'relay') receiveRelay(message);
    else if (message.type === 'ping') say({ type: 'pong' });
    else if (message.type === 'refused') act('is shown the door', `: ${message.code}`);
  };

  socket.onerror = shrug;
  socket.onopen = () => {
    say({
      type: 'join',
      version: PROTOCOL_VERSION,
      role: 'receiver',
      room: link.room,
      token: toBase64Url(token),
    });
  };
  socket.onmessage = ({ data }) => hearServer(parseServerMessage(String(data)));
  socket.onclose = () => {
    connection?.close();
    options.onEnd();
  };
  return {
    leave() {
      say({ type: 'leave' });
      socket.close();
    },
  };
}

type Handshake = ReturnType<typeof startHandshake>['state'];
