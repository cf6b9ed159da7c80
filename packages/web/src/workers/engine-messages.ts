import type {
  InflowRequest,
  InflowStart,
  OutflowRequest,
  OutflowStart,
} from '@burritoshare/peer/engines';

/** A request with a number or a port in place of an object that can't be posted. */
export type OutflowMessage =
  | Exclude<OutflowRequest, { type: 'flow.start' }>
  | ({ readonly type: 'flow.start' } & Omit<OutflowStart, 'source'> & {
        /** The source's number in its worker. */
        readonly source: number;
      });

export type InflowMessage =
  | Exclude<InflowRequest, { type: 'flow.start' }>
  | ({ readonly type: 'flow.start' } & Omit<InflowStart, 'sink'> & {
        /** The port on which the sink serves its calls. */
        readonly sink: MessagePort;
      });

/** The objects in a message that are transferred instead of copied. */
export function transferOf(message: OutflowMessage | InflowMessage): Transferable[] {
  if (message.type === 'channel.adopt') return [message.bulk];
  return 'sink' in message ? [message.sink] : [];
}
