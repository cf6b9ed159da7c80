export { negotiationMachine } from './machine.ts';
export { provideNegotiation, type NegotiationPorts } from './ports.ts';
export type {
  HeldCandidate,
  NegotiationCommand,
  NegotiationContext,
  NegotiationEvent,
  NegotiationInput,
} from './types.ts';
