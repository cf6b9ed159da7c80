export { changePath, initialManners, intervalOf, observe, shareOf } from './rules.ts';
export type { Manners, RoundTripSample, Share, Stage } from './types.ts';
