import { randomBytes } from 'node:crypto';
import { on } from 'node:events';
import type { JSHandle } from '@playwright/test';
import {
  encodeClientMessage,
  finishHandshake,
  fromBase64Url,
  startHandshake,
  openEnvelope,
  memberOf,
  parseServerMessage,
  PROTOCOL_VERSION,
  SENDER,
  sealMessage,
  toBase64Url,
  type Envelope,
  type Link,
  type ServerMessage,
  type Session,
  type SessionMessage,
} from '@burritoshare/core';
import { WebSocket } from 'ws';
import type { Bridge } from './bridge.ts';
import type { Answer } from './forged-answer.ts';

/** The sender's answers to a client with the link, as to any receiver. */
export interface Admission {
  /** The sender's answer to the greeting, and the session's keys on the sender's side. */
  readonly answered: Answer;
  /** The sender's answer to the description. */
  readonly description: string;
  readonly leave: () => void;
}

/** Joins through the link, and connects one side of the bridge to the sender. */
export async function enter(
  server: string,
  link: Link,
  bridge: JSHandle<Bridge>,
): Promise<Admission> {
  const line = await join(server, link);
  const { session, answered } = await shakeHands(line, link);
  const description = await negotiate(line, session, bridge);
  return { answered, description, leave: line.leave };
}

/** A client that asks the sender for a place, and then does nothing. */
export interface Caller {
  /**
   * Whether the sender answered, so that the client could ask for its delivery; false if the server closed the socket.
   */
  readonly hasAsked: Promise<boolean>;
  readonly leave: () => void;
}

/** Joins through the link. Once the sender answers, asks for a place with a delivery of its own. */
export async function askForPlace(server: string, link: Link): Promise<Caller> {
  const line = await join(server, link);
  const hasAsked = shakeHands(line, link).then(
    ({ session }) => {
      line.send(sealMessage(session, hello(toBase64Url(randomBytes(16)))).envelope);
      return true;
    },
    () => false,
  );
  return { hasAsked, leave: line.leave };
}

/** Greets the sender, knowing only the link's room, as the server does. */
export async function knock(server: string, link: Link): Promise<() => void> {
  const line = await join(server, link);
  const id = toBase64Url(randomBytes(16));
  const guessed = { ...link, secret: randomBytes(link.secret.length) };
  const { data } = startHandshake(guessed, { member: line.member, session: id }, randomBytes(32));
  line.send({ peer: SENDER, session: id, seq: 0, data });
  return line.leave;
}

function hello(delivery: string): SessionMessage {
  return { type: 'hello', version: PROTOCOL_VERSION, delivery, generation: 1 };
}

/** A receiver's seat in the link's room. */
interface Line {
  /** Its id at the server. */
  readonly member: string;
  readonly send: (envelope: Envelope) => void;
  /** The next message from the sender. */
  readonly next: () => Promise<Envelope>;
  readonly leave: () => void;
}

async function join(server: string, { room }: Link): Promise<Line> {
  const socket = new WebSocket(new URL('/signal', server.replace('http', 'ws')), {
    origin: server,
  });
  const messages = on(socket, 'message', { close: ['close'] });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const drawn = randomBytes(32);
  const [token, member] = [toBase64Url(drawn), toBase64Url(memberOf(drawn))];
  const version = PROTOCOL_VERSION;
  socket.send(encodeClientMessage({ type: 'join', version, role: 'receiver', room, token }));

  const read = async (): Promise<ServerMessage> => {
    const { value, done } = await messages.next();
    if (done === true) throw new Error('the server has closed the socket');
    return parseServerMessage(String((value as [Buffer])[0]));
  };
  // Wait for the sender: a page shows its link before it has joined, and a message to an absent member is lost (S5).
  while (!saysThatSenderIsThere(await read()));
  const next = async (): Promise<Envelope> => {
    const message = await read();
    if (message.type !== 'relay') return next();
    const { from: peer, session, seq, data } = message;
    return { peer, session, seq, data };
  };
  return {
    member,
    send: ({ peer: to, session, seq, data }) =>
      socket.send(encodeClientMessage({ type: 'relay', to, session, seq, data })),
    next,
    leave: () => socket.terminate(),
  };
}

function saysThatSenderIsThere(message: ServerMessage): boolean {
  return message.type === 'joined'
    ? message.peers.includes(SENDER)
    : message.type === 'peer.online' && message.peer === SENDER;
}

async function shakeHands(
  line: Line,
  link: Link,
): Promise<{ readonly session: Session; readonly answered: Answer }> {
  const id = toBase64Url(randomBytes(16));
  const { state, data } = startHandshake(
    link,
    { member: line.member, session: id },
    randomBytes(32),
  );
  line.send({ peer: SENDER, session: id, seq: 0, data });
  const answer = await line.next();
  const session = finishHandshake(state, answer);
  const { transport } = session;
  const mirrored = { ...transport, send: transport.receive, receive: transport.send };
  return { session, answered: { message: fromBase64Url(answer.data), transport: mirrored } };
}

/** Offers the sender a connection. Resolves with the sender's description once all candidates have come. */
async function negotiate(line: Line, fresh: Session, bridge: JSHandle<Bridge>): Promise<string> {
  let session = fresh;
  const say = (message: SessionMessage): void => {
    const spoken = sealMessage(session, message);
    session = spoken.session;
    line.send(spoken.envelope);
  };
  say(hello(toBase64Url(randomBytes(16))));
  const sdp = await bridge.evaluate((it) => it.offer());
  say({ type: 'description', generation: 1, round: 1, kind: 'offer', sdp });

  let description: string | undefined;
  let isWhole = false;
  while (description === undefined || !isWhole) {
    const heard = openEnvelope(session, await line.next());
    if (heard.kind !== 'message') throw new Error('the sender has said something else');
    session = heard.session;
    if (heard.message.type === 'description') {
      description = heard.message.sdp;
      await bridge.evaluate((it, answer) => it.takeAnswer(answer), description);
    } else if (heard.message.type === 'candidate') {
      isWhole = heard.message.candidate === '';
      await bridge.evaluate((it, candidate) => it.add('sender', candidate), heard.message);
    }
  }
  return description;
}
