export { createWorkerEngine, type WorkerEngine } from './worker-engine.ts';
export {
  createFakeInternet,
  type FakeInternet,
  type InternetEnd,
  type InternetOptions,
} from './fake-internet.ts';
export { FakeDataChannel, type ChannelSpeed } from './fake-data-channel.ts';
export { FakePeerConnection } from './fake-peer-connection.ts';
export { createFakeServer, type FakeServer, type Relay, type Tamper } from './fake-server.ts';
export { FakeSocket } from './fake-socket.ts';
export { createPartyClock, type PartyClock } from './party-clock.ts';
export { trace } from '../inspection.ts';
