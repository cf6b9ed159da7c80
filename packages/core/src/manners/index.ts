export {
  changePath,
  initialManners,
  intervalOf,
  noteInFlight,
  observe,
  observeArrival,
  shareOf,
} from './rules.ts';
export type { ArrivalSample, Manners, RoundTripSample, Share, Stage } from './types.ts';
