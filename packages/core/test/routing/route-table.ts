import type { Role, Source } from '../../src/routing/types.ts';
import { routeAt } from '../support/route-at.ts';

/**
 * The destinations of each command, as `machine: event`, for the sender and for the receiver, or one for both if they
 * are equal. `-` means the adapters alone; `ELSEWHERE` means that only the other end has the command. A missing command
 * doesn't compile.
 */
export type Table<Command extends { readonly type: string }> = {
  readonly [Type in Command['type']]: readonly [
    command: Extract<Command, { readonly type: Type }>,
    sender: string,
    receiver?: string,
  ];
};

/** A table of all commands from one source. */
export type TableOf<From extends Source['from']> = Table<
  Extract<Source, { readonly from: From }>['command']
>;

export const MISBEHAVED = 'delivery: remote.misbehaved';

/** Marks a command that only the other end has. */
export const ELSEWHERE = 'elsewhere';

/** The destination of a command, in the form of the tables. */
export function routeOf(role: Role, source: Source): string {
  const places = routeAt(role, 'own', source).map((routed) => {
    const other = 'delivery' in routed ? ` ${routed.delivery}` : '';
    return `${routed.to}${other}: ${routed.event.type}`;
  });
  return places.join(', ') || '-';
}
