// The code that runs in workers that channels are transferred to: an entry of its own, since workers have no
// RTCPeerConnection.
export * from './engine.ts';
export * from './inflow-engine.ts';
export * from './outflow-engine.ts';
export { webRuntime } from '../runtime.ts';
