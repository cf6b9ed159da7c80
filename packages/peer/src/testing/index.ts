export { bundleOf, bytesOf, manifestOf, patterned, piecesOf, type Bundle } from './bundle.ts';
export { createWorkerEngine, type WorkerEngine } from './worker-engine.ts';
export {
  createFakeEngines,
  createFakeParty,
  type FakeEngines,
  type FakeParty,
  type FakePartyOptions,
} from './fake-party.ts';
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
export {
  sinkContract,
  type Kept,
  type MadeSink,
  type SinkFaults,
  type SinkScenario,
  type SinkUnderTest,
  type SinkVisits,
} from './sink-contract.ts';
export { trace } from '../inspection.ts';
