// How what has arrived is handed to the person, and what becomes of the private copy then.

interface Failed {
  readonly event: { readonly isAborted: boolean };
}

/** The states of a delivery that is complete. */
export function saving() {
  return {
    // What was handed over in an earlier visit is not as if it never had been.
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
    // Handed over, but nobody could see it arrive: the private copy stays for a while. How long, the host says.
    saved: {},
    discarded: {
      entry: { type: 'command', params: { type: 'sink.discard' } },
      on: { 'save.requested': {}, 'discard.requested': {} },
    },
  } as const;
}
