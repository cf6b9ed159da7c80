import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { pathKindOf, type PathEnd } from '../../src/delivery/path.ts';

const host = (address?: string): PathEnd => ({ type: 'host', address });

const NEAR = [
  '10.1.2.3',
  '127.0.0.1',
  '172.16.0.1',
  '172.31.255.254',
  '192.168.1.20',
  '169.254.7.7',
  '::1',
  'fe80::1',
  'febf::1',
  'fd12:3456::9',
  'fc00::1',
  '4a1c6f7e-1d9b-4d0e-8c5e-6f4b3a2d1c0b.local',
];

const FAR = ['11.0.0.1', '172.15.0.1', '172.32.0.1', '192.169.0.1', '169.253.0.1', '100.64.0.1'];

describe('G11 what connects two ends', () => {
  test.each(NEAR)('hosts with %s are in one network', (address) => {
    expect(pathKindOf(host('192.168.1.2'), host(address))).toBe('local');
  });

  test.each([...FAR, '2001:db8::1', 'fec0::1', 'fe00::1'])('a host with %s is elsewhere', (far) => {
    expect(pathKindOf(host('192.168.1.2'), host(far))).toBe('direct');
  });

  test('a hidden address is one that mDNS has found', () => {
    expect(pathKindOf(host(), host())).toBe('local');
    expect(pathKindOf(host(), { type: 'prflx', address: undefined })).toBe('direct');
  });

  test('global addresses of one network are local', () => {
    expect(pathKindOf(host('2001:db8:1:2::7'), host('2001:0db8:1:2:a:b:c:d'))).toBe('local');
    expect(pathKindOf(host('2001:db8::7'), host('2001:db8:0:0:1::'))).toBe('local');
    expect(pathKindOf(host('2001:db8:1:2::7'), host('2001:db8:1:3::7'))).toBe('direct');
    expect(pathKindOf(host('203.0.113.7'), host('203.0.113.8'))).toBe('direct');
  });

  const address = fc.oneof(
    fc.constant(undefined),
    fc.constantFrom(...NEAR, ...FAR),
    fc.ipV4(),
    fc.ipV6(),
    fc.string(),
  );
  const end = fc.record({
    type: fc.constantFrom('host' as const, 'srflx' as const, 'prflx' as const, 'relay' as const),
    address,
  });

  test('is the same from both ends', () => {
    fc.assert(
      fc.property(end, end, (one, other) => {
        expect(pathKindOf(one, other)).toBe(pathKindOf(other, one));
      }),
    );
  });

  test('is relayed exactly where an end is a relay, and local between hosts alone', () => {
    fc.assert(
      fc.property(end, end, (one, other) => {
        const types = [one.type, other.type];
        const kind = pathKindOf(one, other);
        expect(kind === 'relayed').toBe(types.includes('relay'));
        if (kind === 'local') expect(types).toEqual(['host', 'host']);
      }),
    );
  });
});
