export { negotiationMachine } from './machine.ts';
export { provideNegotiation, type NegotiationPorts } from './ports.ts';
export { ufragsOf } from './rules.ts';
export type {
  GatheredCandidate,
  HeldCandidate,
  NegotiationCommand,
  NegotiationContext,
  NegotiationEvent,
  NegotiationInput,
} from './types.ts';
