import fc from 'fast-check';

/** Names of files, with everything that browsers refuse. */
export const names = fc
  .array(
    fc.oneof(
      fc.constantFrom('.', '~', ' ', '\u200d', '\u200c', '👩', 'a', 'b', '%41', '語', '\u3000'),
      fc.constantFrom('.lnk', '.url', '.{a}', 'con', 'Thumbs.db', '.git', '.local', '\ufdd0'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { minLength: 1, maxLength: 120 },
  )
  .map((parts) => parts.join('').toWellFormed());
