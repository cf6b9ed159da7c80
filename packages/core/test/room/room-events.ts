import * as fc from 'fast-check';

import { SENDER, type PeerId } from '../../src/protocol/types.ts';
import type { RoomEvent, SocketId } from '../../src/room/index.ts';

const RECEIVERS: readonly PeerId[] = Array.from({ length: 12 }, (_, index) => `receiver ${index}`);
export const MEMBERS: readonly PeerId[] = [SENDER, ...RECEIVERS];
export const SOCKETS: readonly SocketId[] = Array.from(
  { length: 24 },
  (_, index) => `socket ${index}`,
);

/** Two neighbourhoods, each with its own tag. */
const TAGS = ['AAAAAA', 'BBBBBA'];

/** Any event that a host may send to a room, at any time, except timers, which the harness fires. */
export function anyEvent(): fc.Arbitrary<RoomEvent> {
  const socket = fc.constantFrom(...SOCKETS);
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        type: fc.constant('member.joined' as const),
        socket,
        member: fc.constantFrom(...MEMBERS),
        tag: fc.constantFrom(...TAGS),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('relay.received' as const),
        socket,
        to: fc.constantFrom(...MEMBERS, 'nobody', ''),
        session: fc.constantFrom('session 1', 'session 2'),
        seq: fc.nat(),
        data: fc.string({ maxLength: 8 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constantFrom(
          'delivery.accepted' as const,
          'pong.received' as const,
          'member.left' as const,
          'socket.closed' as const,
        ),
        socket,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constantFrom('admit.received' as const, 'dismiss.received' as const),
        socket,
        member: fc.constantFrom(...MEMBERS, 'nobody'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('message.refused' as const),
        socket,
        code: fc.constantFrom('malformed' as const, 'version' as const),
      }),
    },
  );
}
