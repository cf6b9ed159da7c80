export { route } from './route.ts';
export type { Role, Routed, Source } from './types.ts';
export * from './wishes.ts';
