export { route } from './route.ts';
export type * from './types.ts';
export * from './wishes.ts';
