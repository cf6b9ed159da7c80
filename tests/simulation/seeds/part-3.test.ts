import { holdInSeeds } from './hold.ts';

holdInSeeds(3);
