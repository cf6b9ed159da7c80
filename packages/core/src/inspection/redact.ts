// Copies of what machines do for observers: everything but the fields that hold a secret or a key.

import type {
  CipherState,
  InitiatorState,
  KeyPair,
  ResponderComputed,
  Transport,
} from '../noise/index.ts';
import type { SenderDeliveryContext } from '../delivery/types.ts';
import type { ControlMessage } from '../protocol/control-messages.ts';
import type { LinkSecrets } from '../protocol/link.ts';
import type { Description, IceServer } from '../protocol/types.ts';
import type { SignalingEvent } from '../signaling/types.ts';

type ServerText = Extract<SignalingEvent, { readonly type: 'message.received' }>;
type Gift = Extract<ControlMessage, { readonly type: 'give' }>;

/**
 * The fields of contexts, events and commands that hold a secret or a key, by their types, so that renaming one there
 * breaks the build here.
 */
type SecretField =
  | keyof Pick<LinkSecrets, 'token' | 'secret'>
  | keyof Pick<KeyPair, 'privateKey'>
  | keyof Pick<ResponderComputed, 'es' | 'ee'>
  | keyof Pick<InitiatorState, 'ephemeral' | 'chainingKey' | 'hash'>
  | keyof Pick<CipherState, 'key'>
  | keyof Pick<Transport, 'handshakeHash'>
  // Messages to the server begin with a token; its messages carry the TURN servers' credentials.
  | keyof Pick<ServerText, 'text'>
  | keyof Pick<IceServer, 'username' | 'credential'>
  // A link that is handed back opens what its receiver shares.
  | keyof Pick<Gift, 'link'>
  | keyof Pick<SenderDeliveryContext, 'gifts'>
  // A description carries the password of its ICE agent.
  | keyof Pick<Description, 'sdp'>;

const SECRET_FIELDS: Readonly<Record<SecretField, true>> = {
  token: true,
  secret: true,
  privateKey: true,
  es: true,
  ee: true,
  ephemeral: true,
  chainingKey: true,
  hash: true,
  key: true,
  handshakeHash: true,
  text: true,
  username: true,
  credential: true,
  link: true,
  gifts: true,
  sdp: true,
};

/** Stands for a secret or a key. */
export const REDACTED = '[redacted]';

/**
 * Copies a context, an event or a command without its secrets. The copy is plain data: it shares nothing with the
 * original, and an instance of a class, such as an actor, becomes its class's name.
 */
export function redact(value: unknown): unknown {
  return copy(value, new Map());
}

function copy(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  if (value instanceof Uint8Array) return value.slice();
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    copies.set(value, items);
    for (const item of value) items.push(copy(item, copies));
    return items;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `[${value.constructor.name}]`;
  const fields: Record<string, unknown> = {};
  copies.set(value, fields);
  for (const [name, field] of Object.entries(value))
    fields[name] =
      Object.hasOwn(SECRET_FIELDS, name) && field !== undefined ? REDACTED : copy(field, copies);
  return fields;
}
