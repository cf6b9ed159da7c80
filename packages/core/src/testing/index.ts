export * from './arbitraries.ts';
export { createDriver, type Driver, type DriverHost, type Work } from './driver.ts';
export { openLossyChannel, type LossyPath } from './lossy-channel.ts';
export * from './manifest-arbitraries.ts';
export * from './mutated.ts';
export {
  addMember,
  HOSTILE_JSON,
  mutateBytes,
  mutateText,
  swapJson,
  type Mutation,
} from './mutations.ts';
export { createRandom, type Random } from './random.ts';
export { createVirtualClock, type TimerId, type VirtualClock } from './virtual-clock.ts';
export {
  createVirtualNetwork,
  type ChannelHandlers,
  type ChannelPath,
  type DatagramFaults,
  type DatagramLink,
  type VirtualChannel,
  type VirtualNetwork,
} from './virtual-network.ts';
