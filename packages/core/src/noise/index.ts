export { open, seal } from './cipher-state.ts';
export type { CipherState } from './cipher-state.ts';
export { ephemeralIn, finishInitiator, respond, startInitiator } from './handshake.ts';
export type {
  InitiatorComputed,
  InitiatorState,
  ResponderComputed,
  Transport,
} from './handshake.ts';
export { greetingKeyOf, keyPairFromPrivate, pskOf } from './keys.ts';
export type { KeyPair } from './keys.ts';
