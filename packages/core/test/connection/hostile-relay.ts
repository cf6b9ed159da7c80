import * as fc from 'fast-check';

import { fromBase64Url, toBase64Url } from '../../src/bytes.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import { SENDER } from '../../src/protocol/types.ts';
import type { Role } from '../../src/routing/types.ts';
import { base64UrlOf } from '../../src/testing/arbitraries.ts';
import { RECEIVER, type Relay } from './handshake-world.ts';
import { flipped } from '../support/noise-scenario.ts';

/** What a relay does to one envelope. */
export type Fault =
  | { readonly kind: 'pass' | 'drop' | 'repeat' | 'late' | 'empty' | 'reflect' | 'skip' }
  | { readonly kind: 'flip'; readonly bit: number }
  | { readonly kind: 'cut' | 'replay'; readonly at: number }
  | { readonly kind: 'invent'; readonly data: string }
  | { readonly kind: 'redirect'; readonly peer: string }
  | { readonly kind: 'swap session'; readonly session: string };

/** Faults of every kind. */
export const faults: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(
      'pass',
      'pass',
      'pass',
      'drop',
      'repeat',
      'late',
      'empty',
      'reflect',
      'skip',
    ),
  }),
  fc.record({ kind: fc.constant('flip' as const), bit: fc.nat(2000) }),
  fc.record({ kind: fc.constantFrom('cut' as const, 'replay' as const), at: fc.nat(100) }),
  fc.record({
    kind: fc.constant('invent' as const),
    data: fc.oneof(base64UrlOf(48), base64UrlOf(20), base64UrlOf(1)),
  }),
  fc.record({
    kind: fc.constant('redirect' as const),
    peer: fc.oneof(base64UrlOf(16), fc.constantFrom(SENDER, RECEIVER)),
  }),
  fc.record({ kind: fc.constant('swap session' as const), session: base64UrlOf(16) }),
);

/** A relay that applies one fault to each envelope while there are any, and is honest afterwards. */
export function hostileRelay(plan: readonly Fault[]): Relay {
  const past: { readonly to: Role; readonly envelope: Envelope }[] = [];
  let count = 0;
  return (to, envelope) => {
    past.push({ to, envelope });
    return applied(plan[count++] ?? { kind: 'pass' }, to, envelope, past);
  };
}

function applied(
  fault: Fault,
  to: Role,
  envelope: Envelope,
  past: readonly { readonly to: Role; readonly envelope: Envelope }[],
): ReturnType<Relay> {
  const changed = (change: Partial<Envelope>) => [{ to, envelope: { ...envelope, ...change } }];
  switch (fault.kind) {
    case 'pass':
      return [{ to, envelope }];
    case 'drop':
      return [];
    case 'repeat':
      return [
        { to, envelope },
        { to, envelope, late: 5 },
      ];
    case 'late':
      return [{ to, envelope, late: 100 }];
    case 'empty':
      return changed({ data: '' });
    case 'reflect':
      return [{ to: to === 'sender' ? 'receiver' : 'sender', envelope }];
    case 'skip':
      return changed({ seq: envelope.seq + 1 });
    case 'flip': {
      const bytes = fromBase64Url(envelope.data);
      return bytes.length === 0 ? [] : changed({ data: toBase64Url(flipped(bytes, fault.bit)) });
    }
    case 'cut':
      return changed({ data: toBase64Url(fromBase64Url(envelope.data).slice(0, fault.at)) });
    case 'replay':
      return [{ to, envelope }, ...past.slice(fault.at % past.length).slice(0, 1)];
    case 'invent':
      return changed({ data: fault.data });
    case 'redirect':
      return changed({ peer: fault.peer });
    case 'swap session':
      return changed({ session: fault.session });
  }
}
