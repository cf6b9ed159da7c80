export type * from './engines/index.ts';
export * from './storage/index.ts';

export { createFinishedHost, type FinishedDelivery } from './receiver/finished-host.ts';
export type { Inspect, InspectedActor, InspectedEvent } from './inspection.ts';
export {
  createReceiverHost,
  type DrawnBefore,
  type ReceiverHost,
  type ReceiverHostOptions,
  type ResumedDelivery,
} from './receiver/receiver-host.ts';
export type { EphemeralKeys } from './curves.ts';
export type { Use } from './sender/use.ts';
export {
  createSenderHost,
  type ChosenFile,
  type SenderHost,
  type SharedBundle,
} from './sender/sender-host.ts';
export {
  webPlatform,
  type Platform,
  type ReceiverPlatform,
  type SenderPlatform,
  type SocketLike,
} from './platform.ts';
export { wish } from './wish.ts';
export { webRuntime, type Clock, type Runtime } from './runtime.ts';
export type {
  WebBlob,
  WebDataChannel,
  WebCertificate,
  WebPeerConfiguration,
  WebPeerConnection,
} from './web-types.ts';
