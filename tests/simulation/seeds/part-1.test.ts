import { holdInSeeds } from './hold.ts';

holdInSeeds(1);
