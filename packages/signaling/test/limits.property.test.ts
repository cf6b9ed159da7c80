import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { addressKey } from '../src/address.ts';
import { createInbox } from '../src/inbox.ts';
import { createAddressLimits, createTokenBucket } from '../src/limits.ts';
import { isAllowedOrigin } from '../src/origin.ts';

describe('a token bucket', () => {
  test('gives no more than its capacity and its rate allow, and says correctly how long to wait', () => {
    const options = fc.record({
      capacity: fc.integer({ min: 1, max: 100 }),
      perSecond: fc.integer({ min: 1, max: 100 }),
    });
    const pauses = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 });
    fc.assert(
      fc.property(options, pauses, ({ capacity, perSecond }, waits) => {
        let time = 0;
        const bucket = createTokenBucket({ capacity, tokensPerSecond: perSecond, now: () => time });
        let taken = 0;
        for (const wait of waits) {
          time += wait;
          const delay = bucket.take();
          if (delay === 0) taken += 1;
          else {
            time += delay;
            expect(bucket.take()).toBe(0);
            taken += 1;
          }
          expect(taken).toBeLessThanOrEqual(capacity + (time / 1000) * perSecond + 1e-6);
        }
      }),
    );
  });
});

test('a token bucket holds no more than its burst, however long it has idled', () => {
  const hours = fc.integer({ min: 1, max: 24 * 3_600_000 });
  const options = fc.record({
    capacity: fc.integer({ min: 1, max: 100 }),
    perSecond: fc.integer({ min: 1, max: 100 }),
  });
  fc.assert(
    fc.property(options, fc.array(hours, { minLength: 1, maxLength: 4 }), (option, silences) => {
      const { capacity, perSecond } = option;
      let time = 0;
      const bucket = createTokenBucket({ capacity, tokensPerSecond: perSecond, now: () => time });
      for (const silence of silences) {
        time += silence;
        let burst = 0;
        while (burst <= capacity && bucket.take() === 0) burst += 1;
        expect(burst).toBeLessThanOrEqual(capacity);
        expect(bucket.isFull()).toBe(false);
      }
    }),
  );
});

test('a token that came in fractions counts as whole: after the time that was named, there is one', () => {
  let time = 0;
  const bucket = createTokenBucket({ capacity: 2, tokensPerSecond: 3, now: () => time });
  for (const wait of [0, 0, 0, 3, 3]) {
    time += wait;
    const delay = bucket.take();
    if (delay === 0) continue;
    time += delay;
    expect(bucket.take()).toBe(0);
  }
});

describe('the limits of an address', () => {
  test('I10: count open sockets in any order, and forget closed ones', () => {
    const actions = fc.array(
      fc.tuple(fc.constantFrom('open', 'close'), fc.constantFrom('a', 'b')),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(actions, (sequence) => {
        const limits = createAddressLimits({
          socketsMax: 2,
          roomsPerHour: 1,
          addressesMax: 4,
          now: () => 0,
        });
        const open = new Map<string, (() => void)[]>([
          ['a', []],
          ['b', []],
        ]);
        for (const [action, address] of sequence) {
          const releases = open.get(address)!;
          expect(limits.hasRoomForSocket(address)).toBe(releases.length < 2);
          if (action === 'open') {
            const release = limits.openSocket(address);
            expect(release === undefined).toBe(releases.length >= 2);
            if (release !== undefined) releases.push(release);
          } else {
            const release = releases.pop();
            release?.();
            // A second call frees nothing more: a close may be reported twice.
            release?.();
          }
        }
      }),
    );
  });

  test('I10: rooms are counted for a bounded number of addresses; the oldest is forgotten first', () => {
    let time = 0;
    const limits = createAddressLimits({
      socketsMax: 1,
      roomsPerHour: 2,
      addressesMax: 2,
      now: () => time,
    });
    expect([limits.openRoom('a'), limits.openRoom('a'), limits.openRoom('a')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([limits.openRoom('b'), limits.openRoom('b'), limits.openRoom('b')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(limits.openRoom('c')).toBe(true);
    expect(limits.openRoom('b')).toBe(false);
    expect(limits.openRoom('a')).toBe(true);
    time += 30 * 60_000;
    expect(limits.openRoom('a')).toBe(true);
  });
});

describe('an inbox', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function setUp(capacity: number) {
    const calls: string[] = [];
    const source = {
      pause: () => void calls.push('pause'),
      resume: () => void calls.push('resume'),
    };
    const bucket = createTokenBucket({
      capacity,
      tokensPerSecond: 10,
      now: () => performance.now(),
    });
    return { calls, inbox: createInbox(source, bucket, (text) => void calls.push(text)) };
  }

  test('pauses its source over the rate, keeps the order, and resumes the source when it is empty', () => {
    const { calls, inbox } = setUp(2);
    for (const text of ['1', '2', '3', '4']) inbox.push(text);
    expect(calls).toEqual(['1', '2', 'pause']);
    vi.advanceTimersByTime(99);
    expect(calls).toEqual(['1', '2', 'pause']);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual(['1', '2', 'pause', '3', 'pause']);
    vi.advanceTimersByTime(100);
    expect(calls).toEqual(['1', '2', 'pause', '3', 'pause', '4', 'resume']);
  });

  test('hands nothing on once it is stopped, and lets its source close', () => {
    const { calls, inbox } = setUp(1);
    for (const text of ['1', '2']) inbox.push(text);
    inbox.stop();
    inbox.push('3');
    vi.runAllTimers();
    expect(calls).toEqual(['1', 'pause', 'resume']);
  });
});

describe('addresses', () => {
  test.each([
    ['198.51.100.7', '198.51.100.7'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::198.51.100.7', '64:ff9b:0:0::/64'],
    [undefined, 'unknown'],
  ])('%s is counted as %s', (ip, key) => {
    expect(addressKey(ip)).toBe(key);
  });

  test('an IPv6 address is counted by its first four groups, however it is spelt', () => {
    fc.assert(
      fc.property(
        fc.ipV6(),
        fc.array(fc.nat({ max: 0xffff }), { minLength: 8, maxLength: 8 }),
        (any, groups) => {
          expect(addressKey(any)).toMatch(/^([\da-f]{1,4}:){4}:\/64$|^\d+\.\d+\.\d+\.\d+$/);
          const text = groups.map((group) => group.toString(16));
          const key = `${text.slice(0, 4).join(':')}::/64`;
          expect(addressKey(text.join(':'))).toBe(key);
          expect(
            addressKey(
              text
                .map((group) => group.padStart(4, '0'))
                .join(':')
                .toUpperCase(),
            ),
          ).toBe(key);
          expect(addressKey(`${text.slice(0, 4).join(':')}::${text.at(-1)}`)).toBe(key);
        },
      ),
    );
  });
});

describe('origins', () => {
  test.each([
    ['http://files.example', 'files.example', true],
    ['https://files.example', 'files.example', true],
    ['https://files.example', 'files.example:443', true],
    ['http://files.example:8080', 'files.example:8080', true],
    ['http://[::1]:8080', '[::1]:8080', true],
    ['https://FILES.example', 'files.example', true],
    ['https://friend.example', 'files.example', true],
    [undefined, 'files.example', true],
    ['http://files.example:8081', 'files.example:8080', false],
    ['https://friend.example:444', 'files.example', false],
    ['https://files.example.evil.example', 'files.example', false],
    ['https://files.example@evil.example', 'files.example', false],
    ['https://evil.example/files.example', 'files.example', false],
    ['chrome-extension://files.example', 'files.example', false],
    ['null', 'null', false],
    ['', '', false],
  ])('%s may reach %s: %s', (origin, host, expected) => {
    expect(isAllowedOrigin(origin, host, ['https://friend.example'])).toBe(expected);
  });

  test('any headers get an answer', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (origin, host) => {
        expect(typeof isAllowedOrigin(origin, host, [])).toBe('boolean');
        expect(typeof isAllowedOrigin(`https://${origin}`, host, [])).toBe('boolean');
      }),
    );
  });
});
