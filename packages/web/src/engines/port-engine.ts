import type { Engine, EngineFailure } from '@burritoshare/peer';

import { transferOf, type InflowMessage, type OutflowMessage } from './messages.ts';

/** An engine at the other end of a port. What it is given is posted as it is. */
export function portEngine<Message extends OutflowMessage | InflowMessage, Report>(
  port: MessagePort,
  report: (report: Report | EngineFailure) => void,
): Engine<Message> {
  port.addEventListener('message', ({ data }: MessageEvent<Report>) => report(data));
  port.start();
  return {
    handle(message) {
      port.postMessage(message, transferOf(message));
      if (message.type === 'engine.end') port.close();
    },
  };
}
