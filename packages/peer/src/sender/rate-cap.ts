import type { OutflowEvent, SenderLanesEvent } from '@burritoshare/core';
import type { Allotment } from './allotment.ts';

/** Takes part in the sender's cap for one delivery, while its bytes move. */
export interface RateMember {
  /** Is told what its outflow and its lanes are told, before they are. */
  hear(event: OutflowEvent | SenderLanesEvent): void;
}

/**
 * @param tell - what a newer flow may send in a second, where that isn't what it was told last. It starts uncapped.
 */
export function createRateMember(
  allotment: Allotment<number | undefined>,
  tell: (bytesPerSecond: number | undefined) => void,
): RateMember {
  let told: number | undefined;
  let state: 'stopped' | 'paused' | 'moving' = 'stopped';
  let end: (() => void) | undefined;
  const join = (): void => {
    state = 'moving';
    end = allotment.join((part) => {
      if (part === told) return;
      told = part;
      tell(part);
    });
  };
  const leave = (next: 'stopped' | 'paused'): void => {
    state = next;
    end?.();
    end = undefined;
  };
  return {
    hear(event) {
      switch (event.type) {
        case 'outflow.started':
          leave('stopped');
          told = undefined;
          return join();
        case 'outflow.resumed':
          if (state === 'paused') join();
          return;
        // Nothing moves: what it doesn't use is the others'.
        case 'outflow.paused':
          if (state === 'moving') leave('paused');
          return;
        case 'outflow.stopped':
        case 'lanes.stopped':
          return leave('stopped');
        default:
          return;
      }
    },
  };
}
