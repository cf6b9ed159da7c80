export { changePath, initialManners, intervalOf, noteInFlight, observe, shareOf } from './rules.ts';
export type { Manners, RoundTripSample, Share, Stage } from './types.ts';
