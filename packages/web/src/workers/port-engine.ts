import type { Engine } from '@burritoshare/peer';

import { transferOf, type InflowMessage, type OutflowMessage } from './engine-messages.ts';

/** An engine at the other end of a port. Requests are posted as they are. */
export function portEngine<Message extends OutflowMessage | InflowMessage>(
  port: MessagePort,
  hear: (report: unknown) => void,
): Engine<Message> {
  port.addEventListener('message', ({ data }: MessageEvent<unknown>) => hear(data));
  port.start();
  return {
    handle(message) {
      port.postMessage(message, transferOf(message));
      if (message.type === 'engine.end') port.close();
    },
  };
}
