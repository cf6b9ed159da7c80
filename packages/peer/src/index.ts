export type * from './engines.ts';
export * from './storage.ts';

export { createFinishedHost, type FinishedDelivery } from './finished-host.ts';
export {
  createReceiverHost,
  type ReceiverHost,
  type ReceiverHostOptions,
  type ResumedDelivery,
} from './receiver-host.ts';
export {
  createSenderHost,
  type ChosenFile,
  type SenderHost,
  type SharedBundle,
} from './sender-host.ts';
export {
  webPlatform,
  type Platform,
  type ReceiverPlatform,
  type SenderPlatform,
  type SocketLike,
} from './platform.ts';
export { webRuntime, type Clock, type Runtime } from './runtime.ts';
