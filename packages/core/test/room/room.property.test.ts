import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { RoomTimer } from '../../src/room/index.ts';
import { anyEvent, MEMBERS, SOCKETS } from './room-events.ts';
import { RoomHost, TAG } from './room-host.ts';

const timer = fc.oneof(
  fc.record({
    elapse: fc.constantFrom<RoomTimer['type'][]>(
      'ping.due',
      'silence.elapsed',
      'unaccepted.elapsed',
    ),
    of: fc.constantFrom(...SOCKETS),
  }),
  fc.record({ elapse: fc.constant('knock.elapsed' as const), of: fc.constantFrom(...MEMBERS) }),
);

describe('a room under any sequence of events', () => {
  test('S4 to S9, I10: the invariants hold after every event', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 5, arbitrary: anyEvent() }, timer), { maxLength: 60 }),
        (happenings) => {
          const host = new RoomHost();
          const used = new Set<string>();
          for (const happening of happenings) {
            if ('elapse' in happening) host.elapse(happening.elapse, happening.of);
            else if (happening.type !== 'member.joined') host.send(happening);
            // A host never reuses a socket's name, but may report a second join on a living socket.
            else if (!used.has(happening.socket) || host.seats().has(happening.socket)) {
              used.add(happening.socket);
              host.send(happening);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('S10: stopping tells every socket to come back, and ends the room', () => {
    fc.assert(
      fc.property(fc.array(anyEvent(), { maxLength: 30 }), (events) => {
        const host = new RoomHost();
        const used = new Set<string>();
        for (const event of events) {
          if (event.type === 'member.joined' && used.has(event.socket)) continue;
          if (event.type === 'member.joined') used.add(event.socket);
          host.send(event);
        }
        const seated = [...host.seats().keys()];
        const commands =
          host.snapshot.status === 'done' ? [] : host.send({ type: 'server.stopping' });
        for (const socket of seated) {
          expect(host.lines.get(socket)?.heard.at(-1)).toEqual({ type: 'restarting' });
          expect(host.lines.get(socket)?.closed).toBe(1012);
        }
        expect(host.snapshot.status).toBe('done');
        expect(commands.filter(({ type }) => type === 'message.send')).toHaveLength(seated.length);
        expect(host.timers.size).toBe(0);
      }),
    );
  });

  test('I5: an event of a socket that has no seat changes nothing', () => {
    fc.assert(
      fc.property(anyEvent(), (event) => {
        fc.pre(event.type !== 'member.joined');
        const host = new RoomHost();
        host.send({
          type: 'member.joined',
          socket: 'the only one',
          member: 'receiver A',
          tag: TAG,
        });
        const before = host.snapshot;
        expect(host.send(event)).toEqual([]);
        expect(host.snapshot).toBe(before);
      }),
    );
  });
});
