// How the files are handed to the person, and what then happens to the private copy.

interface Failed {
  readonly event: { readonly isAborted: boolean };
}

/** X3: complete for this person, and the sender doesn't know yet: one of these is the last word. */
export function confirming() {
  const confirmed = { guard: 'isUnconfirmed', actions: 'confirm' } as const;
  return {
    'complete.received': confirmed,
    'cancel.received': confirmed,
    'failed.received': confirmed,
    'connection.failed': confirmed,
    // Without its seat it can't connect again, so the sender will never know.
    'signaling.refused': confirmed,
  } as const;
}

/** The states of a delivery that is complete. */
export function saving() {
  return {
    // Files that were handed over in an earlier visit count as saved.
    unsaved: { always: { guard: 'wasHandedOver', target: 'saved' } },
    saving: {
      on: {
        'save.started': {
          target: 'saved',
          actions: ['countHandOver', { type: 'recordHandOver', params: 'started' }],
        },
        'save.finished': {
          target: 'discarded',
          actions: { type: 'recordHandOver', params: 'finished' },
        },
        'save.failed': [
          {
            guard: 'wasHandedOver',
            target: 'saved',
            actions: {
              type: 'recordHandOver',
              params: ({ event }: Failed) => (event.isAborted ? 'started' : 'failed'),
            },
          },
          {
            target: 'unsaved',
            actions: {
              type: 'recordHandOver',
              params: ({ event }: Failed) => (event.isAborted ? 'no' : 'failed'),
            },
          },
        ],
        'save.requested': {},
        'discard.requested': {},
      },
    },
    // Handed over, but the end couldn't be observed, so the private copy stays for a while. The host decides how long.
    saved: {},
    discarded: {
      entry: { type: 'command', params: { type: 'sink.discard' } },
      on: { 'save.requested': {}, 'discard.requested': {} },
    },
  } as const;
}
