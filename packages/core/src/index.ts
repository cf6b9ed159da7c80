// Everything that an integrator may use. Inside this package, import from the files themselves.

export * from './backoff.ts';
export * from './bytes.ts';
export * from './constants.ts';
export * from './errors.ts';
export * from './step.ts';

export * from './protocol/index.ts';
export * from './pieces/index.ts';
export * from './integrity/index.ts';
export * from './noise/index.ts';

export * from './bundle/index.ts';
export * from './connection/index.ts';
export * from './delivery/index.ts';
export * from './inflow/index.ts';
export * from './journal/index.ts';
export * from './lanes/index.ts';
export * from './manners/index.ts';
export * from './negotiation/index.ts';
export * from './outflow/index.ts';
export * from './room/index.ts';
export * from './signaling/index.ts';

export * from './inspection/redact.ts';
export * from './routing/index.ts';
