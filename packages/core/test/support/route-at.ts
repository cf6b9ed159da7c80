import { route } from '../../src/routing/route.ts';
import type {
  ReceiverSource,
  Role,
  Routed,
  SenderSource,
  Source,
} from '../../src/routing/types.ts';

/** `route`, for a world that has both ends: the world takes care that a command is of this end. */
export function routeAt(role: Role, delivery: string, source: Source): readonly Routed[] {
  return role === 'sender'
    ? route('sender', delivery, source as SenderSource)
    : route('receiver', delivery, source as ReceiverSource);
}
