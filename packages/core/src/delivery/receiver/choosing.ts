// What a person takes of an offer, at once or later (SPEC.md: E).

import type { EntryRange } from '../../protocol/types.ts';

interface Accepting {
  readonly event: { readonly left?: readonly EntryRange[] };
}

interface OfEntries {
  readonly event: { readonly ranges: readonly EntryRange[] };
}

interface Recorded {
  readonly event: { readonly taken: readonly EntryRange[] };
}

const recordChoice = { type: 'recordChoice', params: ({ event }: Accepting) => event } as const;

/** The person accepts: now, or once it is known where the bytes will be stored. */
export const accepting = [
  {
    guard: { type: 'canChoose', params: ({ event }: Accepting) => event },
    target: 'preparing',
    actions: [recordChoice, 'openSink'],
  },
  {
    guard: { type: 'canChooseSoon', params: ({ event }: Accepting) => event },
    actions: [recordChoice, 'waitForSink'],
  },
] as const;

/** The person wants what was left out. */
export const requestingTake = {
  actions: { type: 'requestTake', params: ({ event }: OfEntries) => event },
} as const;

/** While it moves, the sender is asked for it, and takes it in. */
export const takingIn = {
  'take.requested': requestingTake,
  'choice.recorded': {
    actions: { type: 'askForTaken', params: ({ event }: Recorded) => event },
  },
  'entries.taken': [
    {
      guard: { type: 'isAskedFor', params: ({ event }: OfEntries) => event },
      actions: { type: 'recordTaken', params: ({ event }: OfEntries) => event },
    },
    { target: 'misbehaved' },
  ],
} as const;
