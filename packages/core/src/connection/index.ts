export { connectionMachine } from './machine.ts';
export {
  answerHandshake,
  finishHandshake,
  startHandshake,
  hear,
  speak,
  type Heard,
} from './session.ts';
export type {
  ConnectionCommand,
  ConnectionContext,
  ConnectionEvent,
  ConnectionInput,
  HandshakeKeys,
  Session,
} from './types.ts';
