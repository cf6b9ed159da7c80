import { toBase64Url } from '../../src/bytes.ts';
import type { BundleCommand } from '../../src/bundle/types.ts';
import {
  finishHandshake,
  startHandshake,
  openEnvelope,
  sealMessage,
} from '../../src/connection/session.ts';
import type { Session } from '../../src/connection/types.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import { PROTOCOL_VERSION } from '../../src/constants.ts';
import type { InitiatorState } from '../../src/noise/index.ts';
import { createLinkSecrets, parseLink, formatLink } from '../../src/protocol/link.ts';
import { SENDER, type SessionMessage } from '../../src/protocol/types.ts';

const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

/** The random bytes that the sender's platform drew. */
export const DRAWN = { token: filled(32, 1), secret: filled(16, 2), privateKey: filled(32, 3) };

/** The parts of the link that everybody with it knows. */
export const LINK = parseLink(formatLink('https://example.org', createLinkSecrets(DRAWN)));

let drawn = 0;

/** 32 bytes that differ from all others. */
export function freshEphemeral(): Uint8Array {
  drawn += 1;
  return Uint8Array.from({ length: 32 }, (_, index) => (drawn >> (8 * (index % 4))) & 0xff);
}

/** A peer that comes through the link, as the room's members see it. */
export class Stranger {
  readonly peer: string;
  readonly session: string;
  #handshake: InitiatorState | undefined;
  #session: Session | undefined;

  constructor(number: number, attempt = 0) {
    this.peer = toBase64Url(filled(16, number));
    this.session = toBase64Url(Uint8Array.from([number, attempt, ...filled(14, 9)]));
  }

  startHandshake(): Envelope {
    const { peer: member, session } = this;
    const { state, data } = startHandshake(LINK, { member, session }, freshEphemeral());
    this.#handshake = state;
    return { peer: this.peer, session: this.session, seq: 0, data };
  }

  /** Reads the sender's answer. */
  receive(answer: Envelope): void {
    if (this.#handshake === undefined) throw new Error('nothing was greeted');
    this.#session = finishHandshake(this.#handshake, { ...answer, peer: SENDER });
  }

  say(message: SessionMessage): Envelope {
    if (this.#session === undefined) throw new Error('no answer has been heard');
    const { session, envelope } = sealMessage(this.#session, message);
    this.#session = session;
    return { ...envelope, peer: this.peer };
  }

  /** Opens the only message among the commands. */
  understand(commands: readonly BundleCommand[]): SessionMessage {
    const [command] = commands;
    if (command?.type !== 'relay.send' || commands.length > 1 || this.#session === undefined) {
      throw new Error('something else was said');
    }
    const heard = openEnvelope(this.#session, { ...command.envelope, peer: SENDER });
    if (heard.kind !== 'message') throw new Error(heard.kind);
    this.#session = heard.session;
    return heard.message;
  }

  hello(delivery: string, generation = 1, receiverName?: string): Envelope {
    const version = PROTOCOL_VERSION;
    return this.say({ type: 'hello', version, delivery, generation, receiverName });
  }
}

/** A delivery's id. */
export function deliveryId(number: number): string {
  return toBase64Url(filled(16, number));
}
