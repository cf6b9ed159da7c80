import { randomBytes } from 'node:crypto';
import { on } from 'node:events';
import type { JSHandle } from '@playwright/test';
import {
  concatBytes,
  encodeClientMessage,
  encodeUtf8,
  finishInitiator,
  fromBase64Url,
  hear,
  parseServerMessage,
  PROTOCOL_VERSION,
  pskOf,
  SENDER,
  speak,
  startInitiator,
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

/** What somebody who has the link gets from the sender, as any receiver does. */
export interface Admission {
  /** The sender's answer to their greeting, and the keys of that session as the sender has them. */
  readonly answered: Answer;
  /** The sender's answer to their description. */
  readonly description: string;
  readonly leave: () => void;
}

/** Comes through the link, and connects the bridge's one side to the sender. */
export async function enter(
  server: string,
  link: Link,
  bridge: JSHandle<Bridge>,
): Promise<Admission> {
  const line = await join(server, link);
  const { session, answered } = await greet(line, link);
  const description = await negotiate(line, session, bridge);
  return { answered, description, leave: line.leave };
}

/** A receiver's seat in the link's room. */
interface Line {
  readonly send: (envelope: Envelope) => void;
  /** The next thing that the sender says. */
  readonly next: () => Promise<Envelope>;
  readonly leave: () => void;
}

async function join(server: string, { room }: Link): Promise<Line> {
  const socket = new WebSocket(new URL('/signal', server.replace('http', 'ws')), {
    origin: server,
  });
  const messages = on(socket, 'message', { close: ['close'] });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const token = toBase64Url(randomBytes(32));
  const version = PROTOCOL_VERSION;
  socket.send(encodeClientMessage({ type: 'join', version, role: 'receiver', room, token }));

  const read = async (): Promise<ServerMessage> => {
    const { value, done } = await messages.next();
    if (done === true) throw new Error('the server has closed the socket');
    return parseServerMessage(String((value as [Buffer])[0]));
  };
  // A page shows its link before the server knows it, and what is said to nobody is lost (S5).
  while (!saysThatSenderIsThere(await read()));
  const next = async (): Promise<Envelope> => {
    const message = await read();
    if (message.type !== 'relay') return next();
    const { from: peer, session, seq, data } = message;
    return { peer, session, seq, data };
  };
  return {
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

async function greet(
  line: Line,
  link: Link,
): Promise<{ readonly session: Session; readonly answered: Answer }> {
  const { state, message: greeting } = startInitiator({
    prologue: concatBytes(encodeUtf8('burritoshare 1'), link.roomBytes),
    psk: pskOf(link.secret, link.publicKey),
    remoteStatic: link.publicKey,
    ephemeral: randomBytes(32),
  });
  const id = toBase64Url(randomBytes(16));
  line.send({ peer: SENDER, session: id, seq: 0, data: toBase64Url(greeting) });
  const message = fromBase64Url((await line.next()).data);
  const { transport } = finishInitiator(state, message);
  const mirrored = { ...transport, send: transport.receive, receive: transport.send };
  return {
    session: { id, peer: SENDER, transport, nextOut: 1, nextIn: 1 },
    answered: { message, transport: mirrored },
  };
}

/** Offers the sender a connection; gives the sender's description, when all candidates have come too. */
async function negotiate(line: Line, fresh: Session, bridge: JSHandle<Bridge>): Promise<string> {
  let session = fresh;
  const say = (message: SessionMessage): void => {
    const spoken = speak(session, message);
    session = spoken.session;
    line.send(spoken.envelope);
  };
  const delivery = toBase64Url(randomBytes(16));
  say({ type: 'hello', version: PROTOCOL_VERSION, delivery, generation: 1 });
  const sdp = await bridge.evaluate((it) => it.offer());
  say({ type: 'description', generation: 1, round: 1, kind: 'offer', sdp });

  let description: string | undefined;
  let isWhole = false;
  while (description === undefined || !isWhole) {
    const heard = hear(session, await line.next());
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
