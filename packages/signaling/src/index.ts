export { securityHeaders } from './headers.ts';
export {
  ConfigurationError,
  readConfiguration,
  type ServerConfiguration,
  type SignalingOptions,
} from './options.ts';
export { burritoshareSignaling, SIGNAL_PATH, type Signaling } from './plugin.ts';
export { createServer, type LogStream } from './server.ts';
