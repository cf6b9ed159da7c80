interface Progress {
  readonly event: { readonly bytes: number };
}

/** Raised credit without anything having arrived is no progress. */
export function advancing() {
  const record = { type: 'recordProgress', params: ({ event }: Progress) => event.bytes } as const;
  return [
    {
      guard: { type: 'isFurther', params: ({ event }: Progress) => event.bytes },
      target: 'flowing',
      reenter: true,
      actions: record,
    },
    { actions: record },
  ] as const;
}
