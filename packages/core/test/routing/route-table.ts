import { route } from '../../src/routing/route.ts';
import type { Role, Source } from '../../src/routing/types.ts';

/**
 * Where each command goes, as `machine: event`, for the sender and for the receiver; one word for both where
 * they are the same. `-` is for the adapters alone. A command that is missing here doesn't compile.
 */
export type Table<Command extends { readonly type: string }> = {
  readonly [Type in Command['type']]: readonly [
    command: Extract<Command, { readonly type: Type }>,
    sender: string,
    receiver?: string,
  ];
};

/** A table of everything that comes from one source. */
export type TableOf<From extends Source['from']> = Table<
  Extract<Source, { readonly from: From }>['command']
>;

export const MISBEHAVED = 'delivery: remote.misbehaved';

/** Where a command goes, as the tables say it. */
export function routeOf(role: Role, source: Source): string {
  const places = route(role, 'own', source).map((routed) => {
    const other = 'delivery' in routed ? ` ${routed.delivery}` : '';
    return `${routed.to}${other}: ${routed.event.type}`;
  });
  return places.join(', ') || '-';
}
