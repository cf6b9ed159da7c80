export { connectionMachine } from './machine.ts';
export { answerGreeting, hear, speak, type HandshakeKeys, type Heard } from './session.ts';
export type {
  ConnectionCommand,
  ConnectionContext,
  ConnectionEvent,
  ConnectionInput,
  Envelope,
  Session,
} from './types.ts';
