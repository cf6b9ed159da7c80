// What a receiver hands back (SPEC.md: B).

interface Gift {
  readonly event: { readonly link: string };
}

const gift = ({ event }: Gift) => event.link;

/** While this generation's `accept` holds. */
export const takingGifts = {
  'gift.received': [
    {
      guard: { type: 'canTakeGift', params: gift },
      actions: { type: 'recordGift', params: gift },
    },
    { target: 'misbehaved' },
  ],
} as const;
