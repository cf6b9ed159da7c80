import type { BundleDigest } from './bundle-digest.ts';
import { requireDigest } from './digests.ts';

/** Crockford's base 32 leaves out letters that are easily confused. */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Digits of a receipt, and of the digest that it begins, five bits each. */
const RECEIPT_DIGITS = 12;
const WHOLE_DIGITS = 52;

/**
 * The receipt of a bundle (rule D4), as `ABCD-EFGH-JKMN`: short enough for two people to read to each other.
 *
 * @throws LocalProtocolError `argument` unless the digest takes 32 bytes.
 */
export function receiptOf(digest: Pick<BundleDigest, 'present'>): string {
  return inGroups(wholeDigits(digest).slice(0, RECEIPT_DIGITS));
}

/**
 * The whole digest that the receipt begins (rule D4): 52 characters in groups of four.
 *
 * @throws LocalProtocolError `argument` unless the digest takes 32 bytes.
 */
export function wholeReceiptOf(digest: Pick<BundleDigest, 'present'>): string {
  return inGroups(wholeDigits(digest));
}

function wholeDigits({ present }: Pick<BundleDigest, 'present'>): string {
  requireDigest(present);
  let digits = '';
  let held = 0;
  let bits = 0;
  // The last digit holds one bit, followed by four zeros.
  for (const byte of [...present, 0]) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) digits += CROCKFORD.charAt((held >>> (bits - 5)) & 31);
  }
  return digits.slice(0, WHOLE_DIGITS);
}

function inGroups(digits: string): string {
  return digits.replace(/.{4}(?=.)/g, '$&-');
}
