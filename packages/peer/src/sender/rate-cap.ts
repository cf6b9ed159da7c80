import type { OutflowEvent, SenderLanesEvent } from '@burritoshare/core';
import type { Allotment } from './allotment.ts';

/** One delivery's membership in the sender's rate cap, while its bytes move. */
export interface RateMember {
  /** Takes the events of the delivery's outflow and lanes, before these do. */
  hear(event: OutflowEvent | SenderLanesEvent): void;
}

/**
 * @param tell - takes the bytes a second that a flow may send, when they change. Each flow starts uncapped.
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
        // Nothing moves: the others get this delivery's part.
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
