// What workers run that channels are transferred to: an entry of its own, since they have no
// RTCPeerConnection.
export * from './engine.ts';
export * from './inflow-engine.ts';
export * from './outflow-engine.ts';
export { webRuntime } from '../runtime.ts';
