import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encodeDeliveryRecord, parseDeliveryRecord } from '../../src/journal/index.ts';
import type { DeliveryRecord } from '../../src/journal/index.ts';
import {
  createLinkSecrets,
  formatFragment,
  formatLink,
  parseLink,
} from '../../src/protocol/link.ts';
import { bytesOf, wholes } from '../../src/testing/arbitraries.ts';
import { manifests } from '../../src/testing/manifest-arbitraries.ts';
import { mutatedJson } from '../../src/testing/mutated.ts';
import { attempt, refusalOf } from '../support/attempt.ts';

const secrets = fc
  .record({ token: bytesOf(32), secret: bytesOf(16), privateKey: bytesOf(32) })
  .map(createLinkSecrets);
const deliveryRecords: fc.Arbitrary<DeliveryRecord> = fc.record({
  link: secrets.map((drawn) => parseLink(formatLink('https://share.example', drawn))),
  token: bytesOf(32).map((bytes) => Uint8Array.from(bytes)),
  manifest: manifests,
  created: wholes,
});
const runs = { numRuns: 50 };

describe('the record of a delivery', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(deliveryRecords, (record) => {
        expect(parseDeliveryRecord(encodeDeliveryRecord(record))).toEqual(record);
      }),
      runs,
    );
  });

  it('L1 keeps a link as its part after the origin', () => {
    fc.assert(
      fc.property(secrets, (drawn) => {
        const text = formatLink('https://share.example', drawn);
        expect(`https://share.example/${formatFragment(parseLink(text))}`).toBe(text);
      }),
      runs,
    );
  });

  it('is invalid if it is cut off anywhere', () => {
    fc.assert(
      fc.property(deliveryRecords, fc.nat(), (record, at) => {
        const text = encodeDeliveryRecord(record);
        expect(refusalOf(() => parseDeliveryRecord(text.slice(0, at % text.length)))).toBe(
          'malformed',
        );
      }),
      runs,
    );
  });

  it('M4 changed in any way, is refused or can be written again', () => {
    fc.assert(
      fc.property(mutatedJson(deliveryRecords.map(encodeDeliveryRecord)), (text) => {
        const read = attempt(() => parseDeliveryRecord(text));
        if (read instanceof Error) return;
        expect(parseDeliveryRecord(encodeDeliveryRecord(read))).toEqual(read);
      }),
      runs,
    );
  });

  it('M1 is invalid with messages other than an offer and its pages', () => {
    const [record] = fc.sample(deliveryRecords, { seed: 1, numRuns: 1 });
    const written = JSON.parse(encodeDeliveryRecord(record!)) as { manifest: readonly string[] };
    const beat = '{"type":"beat"}';
    for (const manifest of [[], [beat], [...written.manifest, beat], written.manifest.slice(1)])
      expect(refusalOf(() => parseDeliveryRecord(JSON.stringify({ ...written, manifest })))).toBe(
        'malformed',
      );
  });
});
