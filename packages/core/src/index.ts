export * from './room/index.ts';
