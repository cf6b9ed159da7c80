import type { ConnectionContext } from '@burritoshare/core';
import type { ActorRefLike, AnyMachineSnapshot } from 'xstate';
import type { Place } from '../world/place.ts';
import type { Memory } from './watch.ts';

export type ConnectionSnapshot = AnyMachineSnapshot & { readonly context: ConnectionContext };

export interface SeenConnection {
  readonly who: string;
  readonly actor: ActorRefLike;
  readonly event: { readonly type: string };
  readonly previous: AnyMachineSnapshot | undefined;
  readonly snapshot: ConnectionSnapshot;
}

/** G1, G2, I5: checks that generations only grow and are used once, and that older ones change nothing. */
export function checkConnection(place: Place, memory: Memory, seen: SeenConnection): void {
  const { who, actor, event, previous, snapshot } = seen;
  const { input, generation } = snapshot.context;
  if (input.role === 'initiator') memory.ids.add(input.delivery);
  const before = previous?.context as ConnectionContext | undefined;
  if (before === undefined) return;
  if (generation < before.generation)
    place.violated(`G2: ${who} goes back from generation ${before.generation} to ${generation}`);
  const named = 'generation' in event ? Number(event.generation) : generation;
  const isOld = event.type !== 'session.opened' && named < before.generation;
  if (isOld && JSON.stringify(snapshot.value) !== JSON.stringify(previous?.value))
    place.violated(`I5: ${event.type} of generation ${named} moves generation ${generation}`);
  if (
    event.type === 'session.opened' &&
    named <= before.generation &&
    snapshot.context.session !== before.session
  )
    place.violated(`I5: ${who} takes generation ${named} after ${before.generation}`);
  if (input.role !== 'initiator' || generation === before.generation) return;
  const key = `${input.delivery} ${generation}`;
  if (memory.generations.has(key)) place.violated(`G1: ${who} uses generation ${generation} twice`);
  memory.generations.set(key, actor);
}
