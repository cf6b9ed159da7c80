// What a person hands back while something comes to them (SPEC.md: B).

interface Gift {
  readonly event: { readonly link: string };
}

const gift = ({ event }: Gift) => event.link;
const canGive = { type: 'canGive', params: gift } as const;

/** It is recorded, and said as soon as `accept` has been said over the next connection. */
export const givingLater = {
  guard: canGive,
  actions: { type: 'recordGift', params: gift },
} as const;

/** It is said at once. */
export const givingNow = { guard: canGive, actions: { type: 'give', params: gift } } as const;

/** Nobody listens any more: refused (B3). */
export const givingTooLate = {} as const;
