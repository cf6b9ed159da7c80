export { connectionMachine } from './machine.ts';
export { answerGreeting, finishGreeting, greet, hear, speak, type Heard } from './session.ts';
export type {
  ConnectionCommand,
  ConnectionContext,
  ConnectionEvent,
  ConnectionInput,
  HandshakeKeys,
  Session,
} from './types.ts';
