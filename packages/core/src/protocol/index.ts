export type { Envelope } from './envelope.ts';
export type { ControlMessage, MessageOfReceiver, MessageOfSender } from './control-messages.ts';
export type * from './types.ts';
export { FAILURE_CODES, SENDER, hasBytes } from './types.ts';
export {
  createLinkSecrets,
  formatFragment,
  formatLink,
  memberOf,
  parseLink,
  roomOf,
} from './link.ts';
export type { Link, LinkSecrets } from './link.ts';
export {
  encodeClientMessage,
  encodeServerMessage,
  parseClientMessage,
  parseServerMessage,
} from './server-messages.ts';
export { encodeSessionMessage, parseSessionMessage } from './session-messages.ts';
export {
  encodeControlMessage,
  isFromReceiver,
  isFromSender,
  parseControlMessage,
} from './control-messages.ts';
export { packLaneSignals } from './lane-signals.ts';
export { cleanName, isNormalName, isRenamed } from './names.ts';
export { cleanNote, cleanPersonName, isNormalNote, isNormalPersonName } from './person-texts.ts';
export { programsIn } from './programs.ts';
export { cleanPaths, findClash, foldCase, isNormalPath } from './paths.ts';
export {
  addPage,
  beginManifest,
  createManifest,
  finishManifest,
  isWhole,
  pagesOf,
  summaryOf,
} from './manifest.ts';
export type { ManifestSource, PartialManifest } from './manifest.ts';
export { chunksInFrame, encodeArrived, encodeFrame, parseArrived, parseFrame } from './frames.ts';
export type { Frame } from './frames.ts';
export { directServers } from './ice-servers.ts';
