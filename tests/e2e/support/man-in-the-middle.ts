import type { JSHandle, Page } from '@playwright/test';
import {
  openEnvelope,
  parseLink,
  SENDER,
  sealMessage,
  toBase64Url,
  type Envelope,
  type Link,
  type Session,
  type Transport,
} from '@burritoshare/core';
import { buildBridge, type Bridge } from './bridge.ts';
import type { Answer } from './forged-answer.ts';
import type { Relayed } from './hostile-server.ts';
import { enter } from './link-holder.ts';

/** Sends a message to the receiver in the sender's name. */
type Say = (message: Relayed) => void;

/** An attacker who runs the server, has the whole link, and a browser with its own certificate. */
export interface ManInTheMiddle {
  readonly link: Link;
  /** The sender's answer when the attacker itself joined through the link. */
  readonly answered: Answer;
  /** The description that the sender made for the attacker. */
  readonly description: string;
  /** The same description with the fingerprint of the attacker's certificate. */
  readonly swapped: string;
  /** The sender's messages to the attacker on the control channel. */
  overheard(): Promise<string>;
  /** The swapped description, as the first message of a session that has these keys. */
  seal(session: string, transport: Transport, generation: number): Relayed;
  /** Answers a greeting. If the attacker isn't sure of the answer, sends the swapped description right after it. */
  pose(greeting: Relayed, answer: Answer, say: Say, isSure?: boolean): void;
  /** Answers the descriptions of a receiver that accepted the attacker's answer as the sender's. */
  hear(message: Relayed, say: Say): void;
  /** Rejects if the attacker failed at something that should have worked. */
  stop(): Promise<void>;
}

/** Joins through the link like any receiver, and stays connected to the sender. */
export async function startManInTheMiddle(
  server: string,
  url: string,
  page: Page,
): Promise<ManInTheMiddle> {
  const link = parseLink(url);
  const bridge = await page.evaluateHandle(buildBridge);
  const { answered, description, leave } = await enter(server, link, bridge);
  const fingerprint = await bridge.evaluate((it) => it.fingerprint);
  const swapped = description.replaceAll(/^a=fingerprint:[^\r\n]*/gm, fingerprint);

  const sessions = new Map<string, Session>();
  let work = Promise.resolve();
  const describe = (session: Session, generation: number, sdp: string): Relayed => {
    const message = { type: 'description', generation, round: 1, kind: 'answer', sdp } as const;
    const spoken = sealMessage(session, message);
    sessions.set(session.id, spoken.session);
    return relayed(spoken.envelope);
  };

  return {
    link,
    answered,
    description,
    swapped,
    overheard: () => bridge.evaluate((it) => it.heard.join('\n')),
    seal: (id, transport, generation) => describe(sessionOf(id, transport), generation, swapped),
    pose({ session: id, seq }, { message, transport }, say, isSure = false) {
      const session = sessionOf(id, transport);
      sessions.set(id, session);
      say({ type: 'relay', from: SENDER, session: id, seq, data: toBase64Url(message) });
      if (!isSure) return say(describe(session, 1, swapped));
      // N10: whoever has the whole link can also say what a sender says first.
      const spoken = sealMessage(session, { type: 'summary', name: 'a', files: 1, bytes: 1 });
      sessions.set(id, spoken.session);
      say(relayed(spoken.envelope));
    },
    hear({ session: id, seq, data }, say) {
      work = work.then(async () => {
        const session = sessions.get(id);
        if (session === undefined) return;
        const heard = openEnvelope(session, { peer: session.peer, session: id, seq, data });
        if (heard.kind !== 'message') return;
        sessions.set(id, heard.session);
        const { message } = heard;
        if (message.type === 'candidate') {
          await bridge.evaluate((it, candidate) => it.add('receiver', candidate), message);
        } else if (message.type === 'description') {
          const sdp = await answerTo(bridge, message.sdp);
          say(describe(heard.session, message.generation, sdp));
        }
      });
    },
    async stop() {
      leave();
      await work;
    },
  };
}

function answerTo(bridge: JSHandle<Bridge>, sdp: string): Promise<string> {
  return bridge.evaluate((it, offered) => it.answer(offered), sdp);
}

/** A session of a sender. The peer doesn't matter, since only the server uses it, and this is the server. */
function sessionOf(id: string, transport: Transport): Session {
  return { id, peer: 'receiver', transport, nextOut: 1, nextIn: 1 };
}

function relayed({ session, seq, data }: Envelope): Relayed {
  return { type: 'relay', from: SENDER, session, seq, data };
}
