export { connectionMachine } from './machine.ts';
export {
  answerHandshake,
  finishHandshake,
  startHandshake,
  openEnvelope,
  sealMessage,
  type Opened,
} from './session.ts';
export type {
  ConnectionCommand,
  ConnectionContext,
  ConnectionEvent,
  ConnectionInput,
  HandshakeKeys,
  Session,
} from './types.ts';
